import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { clockPoint, createOffset } from "../../cli/log/clocks";
import { findIncidents } from "../../cli/log/incidents";
import { parseCommits } from "../../cli/log/read-commits";
import { redacted } from "../../cli/log/read-record";
import { readSnapshot } from "../../cli/log/read-snapshot";
import { readLoggedLines, thinSamples } from "../../cli/log/samples";
import { stepsOf } from "../../cli/log/steps";
import { timelineOf } from "../../cli/log/timeline";
import { lengthText } from "../../cli/log/times";
import { readUpdateMessage, writeUpdateMessage } from "../../cli/log/update-message";
import { fullStory, rolledBackStory, Story, unfinishedStory } from "./story";

describe("an update's message", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "Z", " ", ":", "\n", "-", "ü", "“") });
  const clean = (text: string) => text.replace(/\s+/g, " ").trim();

  test("is read back as it was written, whatever an operator typed", () => {
    fc.assert(
      fc.property(word, word, word, word, (title, command, by, because) => {
        const read = readUpdateMessage(writeUpdateMessage({ title, command, by, because }));
        const expected = { command: clean(command), by: clean(by), because: clean(because) };
        expect(read.title).toBe(clean(title));
        for (const key of ["command", "by", "because"] as const) expect(read[key] ?? "").toBe(expected[key]);
      }),
    );
  });

  test("of somebody else is a title and nothing more", () => {
    expect(readUpdateMessage("fix: typo\n\nlong story")).toEqual({ title: "fix: typo" });
  });
});

describe("the record", () => {
  test("knows of each update who ran it, in which phase, and why", () => {
    const { updates } = rolledBackStory().record();
    expect(
      updates.map(({ number, phase, by, command, because, result }) => [
        number,
        phase,
        by,
        command,
        because,
        result,
      ]),
    ).toEqual([
      [1, "preparation", "Ada", "advance", null, "succeeded"],
      [2, "migrations", "Ada", "advance", null, "succeeded"],
      [3, "api", "Ada", "advance", null, "succeeded"],
      [4, "ui", "Ada", "advance", null, "succeeded"],
      [5, "notifications", "Ada", "advance", null, "failed"],
      [6, "ui", "Grace", "rollback", "orders take twice as long", "succeeded"],
    ]);
  });

  test("never reads a value of the config that is marked as a secret", () => {
    expect(JSON.stringify(fullStory().record())).not.toContain("rnd_canary");
  });

  test("takes secrets out of every text, keys too", () => {
    const hide = (text: string) => text.replaceAll("canary", "[secret]");
    expect(redacted({ canary: ["a canary", 1, null] }, hide)).toEqual({
      "[secret]": ["a [secret]", 1, null],
    });
  });

  test("says which updates' evidence nobody kept", () => {
    const story = fullStory();
    const left = story.sources().left.map((each, index) => (index === 2 || index === 3 ? undefined : each));
    const { gaps, updates } = story.record({ left });
    expect(gaps.join("\n")).toMatch(/Of updates 3, 4 nobody kept the state/);
    expect(updates[2]?.left).toBeNull();
  });

  test("takes the stack's state for what the newest update left, where the backend keeps no history", () => {
    const story = unfinishedStory();
    const { updates } = story.record({ left: [] });
    expect(updates.map(({ left }) => left !== null)).toEqual([false, false, true]);
  });

  test("of a stack that was never updated says so", () => {
    const record = new Story().record({ state: [] });
    expect(record.updates).toEqual([]);
    expect(record.gaps[0]).toMatch(/history of this stack is empty/);
  });

  test("is made of any state without throwing", () => {
    const anything = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.constantFrom("Gate", "Deploy", "FeatureFlag", "Migrations", "x"),
        anything,
        (kind, outputs) => {
          readSnapshot([{ kind, name: "n", inputs: {}, outputs }]);
        },
      ),
    );
  });
});

describe("clocks", () => {
  test("an update's times are Render's, where the two clocks differ by more than two minutes", () => {
    const story = fullStory();
    const hours = 71 * 3_600_000;
    const sources = story.sources();
    const late = sources.history.map((entry) => {
      const { startTime, endTime, ...rest } = entry as { startTime: Date; endTime: Date };
      const shift = (time: Date) => new Date(time.getTime() + hours);
      return { ...rest, startTime: shift(startTime), endTime: shift(endTime) };
    });
    const times = (record: { updates: { startedAt: string }[] }) =>
      record.updates.map(({ startedAt }) => startedAt);
    expect(times(story.record({ history: late }))).toEqual(times(story.record()));
  });

  test("a difference of seconds is left alone", () => {
    const offset = createOffset([{ machineMs: 1_000_000, renderMs: 1_090_000 }]);
    expect(offset(1_000_000)).toBe(0);
  });

  test("an update that left nothing new tells nothing of the clocks", () => {
    const left = unfinishedStory().record().now;
    expect(clockPoint(0, left, left)).toBeUndefined();
    expect(clockPoint(0, null, left)).toBeUndefined();
  });
});

describe("samples", () => {
  const line = (value: unknown) => JSON.stringify(value);

  test("one cut-off line loses nothing but itself", () => {
    const log = [
      line({ at: "2026-11-24T20:00:00Z", event: "sample", endpoint: "a", ms: 10, ok: true }),
      '{"at":"2026-11-24T20:00:0',
      line({ at: "2026-11-24T20:00:01Z", event: "down", serviceKey: "api" }),
    ].join("\n");
    const { samples, events, unread } = readLoggedLines(log);
    expect([samples.length, events.length, unread]).toEqual([1, 1, 1]);
  });

  test("a warm-up and a broken measurement say nothing about the service", () => {
    const at = "2026-11-24T20:00:00Z";
    const log = [
      line({ at, event: "sample", endpoint: "a", ms: 10, ok: true, warmUp: true }),
      line({ at, event: "sample", endpoint: "a", ms: 10, ok: false, measured: false }),
    ].join("\n");
    expect(readLoggedLines(log).samples).toEqual([]);
  });

  test("thinning keeps the number of samples and of failures, and shows at most 240 steps", () => {
    const sample = fc.record({ atMs: fc.integer({ min: 0, max: 90_000_000 }), ok: fc.boolean() });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 400 }), (samples) => {
        const logged = samples.map(({ atMs, ok }) => ({
          atMs,
          endpoint: "a",
          timesMs: ok ? [10] : [],
          n: 1,
          failures: ok ? 0 : 1,
        }));
        const { endpoints, samples: count } = thinSamples(logged);
        const steps = endpoints["a"] ?? [];
        expect(count).toBe(samples.length);
        expect(steps.reduce((sum, { n }) => sum + n, 0)).toBe(samples.length);
        expect(steps.reduce((sum, { failures }) => sum + failures, 0)).toBe(
          samples.filter(({ ok }) => !ok).length,
        );
        expect(steps.length).toBeLessThanOrEqual(241);
      }),
    );
  });

  test("a step of figures shows the slowest p95 among them", () => {
    const of = (second: number, p95: number) =>
      line({
        at: `2026-11-24T20:00:0${second}Z`,
        serviceKey: "api",
        path: "/orders",
        event: "sample",
        n: 20,
        failures: 1,
        p50: 10,
        p95,
      });
    const { samples } = readLoggedLines([of(1, 30), of(2, 90), of(3, 40)].join("\n"));
    const [step] = thinSamples(samples).endpoints["api /orders"] ?? [];
    expect(step).toMatchObject({ n: 60, failures: 3, p50: 10, p95: 90 });
  });
});

describe("steps and the timeline", () => {
  test("tell an advance from a way back, and name what changed", () => {
    const steps = stepsOf(rolledBackStory().record());
    expect(steps.map(({ kind }) => kind)).toEqual([
      "begin",
      "advance",
      "advance",
      "advance",
      "advance",
      "rollback",
    ]);
    expect(steps[2]?.flagsOn).toEqual(["ENABLE_CART"]);
    expect(steps[5]?.flagsOff).toEqual(["ENABLE_MESSAGES"]);
    expect(steps[5]?.deploys.map(({ service }) => service)).toHaveLength(1);
  });

  test("a flag on hold that was on is a rollback of this flag", () => {
    const story = unfinishedStory().tell({ hold: ["ENABLE_CART"], command: "rollback" });
    expect(stepsOf(story.record()).at(-1)).toMatchObject({
      kind: "partial-rollback",
      flagsOff: ["ENABLE_CART"],
    });
  });

  test("the timeline is in order, and has decisions with their reasons", () => {
    const entries = timelineOf(rolledBackStory().record());
    const times = entries.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const back = entries.find(({ kind }) => kind === "rollback");
    expect(back).toMatchObject({
      text: "update 6: back from notifications to ui",
      by: "Grace",
      because: "orders take twice as long",
    });
    expect(entries.some(({ kind, mood }) => kind === "gate" && mood === "bad")).toBe(true);
  });

  test("what an update did stands before the next one, whose time has no parts of a second", () => {
    const record = rolledBackStory().record();
    const [first, second] = record.updates;
    const verified = Date.parse(first?.left?.gates["preparation"]?.verifiedAt ?? "");
    second!.startedAt = new Date(verified - 400).toISOString();
    const texts = timelineOf(record).map(({ text }) => text);
    const passed = texts.findIndex((text) => text.startsWith("gate preparation passed"));
    expect(passed).toBeGreaterThan(texts.findIndex((text) => text.startsWith("update 1")));
    expect(passed).toBeLessThan(texts.findIndex((text) => text.startsWith("update 2")));
  });

  test("an override and a consent stand in it once, when they are new", () => {
    const override = { api: "2026-11-24 by Ada, error-rate: known" };
    const story = unfinishedStory().tell({ overrides: override }).tell({ overrides: override });
    const found = timelineOf(story.record()).filter(({ kind }) => kind === "override");
    expect(found.map(({ text }) => text)).toEqual(["override of api: 2026-11-24 by Ada, error-rate: known"]);
  });
});

describe("incidents", () => {
  test("a failed update lasts until one succeeds", () => {
    const [probes, failed] = findIncidents(rolledBackStory().record());
    expect(probes).toMatchObject({ kind: "failed-probes", critical: false });
    expect(failed).toMatchObject({ kind: "failed-update", critical: true, seconds: 2 * 60 + 71 });
    expect(failed?.what).toMatch(/gate of notifications did not pass: api-latency: .*ended by a rollback/);
  });

  test("an outage lasts from down to up; one that nobody saw the end of has no length", () => {
    const story = unfinishedStory().note("down", "HTTP 502").note("up", "", 3).note("down").note("down");
    const found = findIncidents(story.record()).map(({ kind, critical, seconds }) => ({
      kind,
      critical,
      seconds,
    }));
    expect(found).toEqual([
      { kind: "outage", critical: true, seconds: 180 },
      { kind: "outage", critical: true, seconds: null },
    ]);
  });
});

test("commits are read oldest first, with their reason", () => {
  const log = [
    ...["b", "2026-11-24T21:00:00+01:00", "Grace", "prod: ui\n\nBecause: the api is well"],
    ...["\na", "2026-11-24T20:00:00Z", "Ada", "prod: api", "\n"],
  ].join("\0");
  expect(parseCommits(log)).toEqual([
    { hash: "a", at: "2026-11-24T20:00:00.000Z", by: "Ada", subject: "prod: api", because: null },
    {
      hash: "b",
      at: "2026-11-24T20:00:00.000Z",
      by: "Grace",
      subject: "prod: ui",
      because: "the api is well",
    },
  ]);
});

test("lengths have two units at the most", () => {
  expect([0, 45, 60, 725, 3_600, 12_000, 187_200].map(lengthText)).toEqual([
    "0 s",
    "45 s",
    "1 min",
    "12 min 5 s",
    "1 h",
    "3 h 20 min",
    "2 d 4 h",
  ]);
});
