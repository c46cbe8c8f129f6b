import { describe, expect, it } from "vitest";

import { checkWatched } from "../../components/providers/gate/check-watched";
import { judgeClosing } from "../../components/providers/gate/closing";
import { createWatchReader, readWatched } from "../../components/providers/watch-log";
import { closedGate, measuredWorld, openedGate, openGate } from "../support/gate-world";

const line = (entry: object) => `${JSON.stringify(entry)}\n`;
const DOWN = { at: "2026-11-24T21:41:08.000Z", serviceKey: "backend", event: "down", text: "HTTP 502" };
const UP = {
  ...{ at: "2026-11-24T21:41:16.000Z", serviceKey: "backend", event: "up" },
  ...{ text: "8 s, 8 of 9 requests failed", seconds: 8 },
};
const SAMPLE = { at: "2026-11-24T21:41:20.000Z", event: "sample", endpoint: "backend /x", n: 5 };

describe("what the watch kept", () => {
  it("is read from a moment on: looks, and outages with their length; what cannot be read is left out", () => {
    const log = [
      line({ ...DOWN, at: "2026-11-24T20:00:00Z" }),
      line(DOWN),
      '{"at": cut\n',
      line(UP),
      line(SAMPLE),
    ];
    expect(readWatched(log.join(""), new Date("2026-11-24T21:00:00Z"))).toEqual({
      looks: 1,
      lookedAt: [SAMPLE.at],
      outages: [
        {
          ...{ service: "backend", since: DOWN.at, until: UP.at, seconds: 8 },
          text: "HTTP 502; 8 s, 8 of 9 requests failed",
        },
      ],
    });
  });

  it("is nothing where there is no such file, no stack, or a name that leads out of the folder", () => {
    const read = createWatchReader("/nowhere");
    for (const stack of [undefined, "prod", "..", "../../etc"])
      expect(read(stack, new Date(0))).toBeUndefined();
  });
});

describe("a gate that closes", () => {
  const { endpoints: _endpoints, ...unmeasured } = openGate.services[0]!;
  const inputs = { ...openGate, services: [unmeasured] };

  async function evidenceWith(log: string | undefined) {
    const { world } = measuredWorld({ ms: 20 });
    const outs = await openedGate(world, inputs);
    world.clock.ms += 901_000;
    if (log !== undefined) world.context.watched = (_stack, _since) => readWatched(log, new Date(0));
    const { refusals, evidence } = await judgeClosing(world.context, outs, closedGate(inputs));
    expect(refusals).toEqual([]);
    return evidence.find(({ check }) => check === "watch");
  }

  it("has an outage that was watched among its evidence, as a warning that refuses nothing", async () => {
    const found = await evidenceWith(line(DOWN) + line(UP) + line(SAMPLE));
    expect(found).toMatchObject({ verdict: "warn", observed: "1 outage" });
    expect(found!.summary).toEqual(
      expect.stringMatching(
        /^the watch saw: backend down at 22:41:08 for 8 s \(HTTP 502; 8 s, 8 of 9 requests failed\)/,
      ),
    );
  });

  it("says that a watch saw none, and nothing where nobody watched", async () => {
    expect(await evidenceWith(line(SAMPLE))).toMatchObject({ verdict: "pass" });
    expect(await evidenceWith("")).toBeUndefined();
    expect(await evidenceWith(undefined)).toBeUndefined();
  });
});

describe("a watch whose machine slept, or that was not there all the time,", () => {
  const since = new Date("2026-11-24T21:00:00Z");
  const at = (minutes: number) => new Date(since.getTime() + minutes * 60_000);
  const looks = (from: number, to: number) =>
    Array.from({ length: (to - from) * 6 + 1 }, (_, index) =>
      line({ ...SAMPLE, at: new Date(at(from).getTime() + index * 10_000).toISOString() }),
    ).join("");
  const summary = (log: string, now: Date) =>
    checkWatched(readWatched(log, since), { since, now, timeZone: "Europe/Berlin" })[0]?.summary;

  it("saw nothing in that time, and says so", () => {
    expect(summary(looks(0, 15), at(15))).toBe("the watch saw no outage since 22:00:00");
    expect(summary(looks(0, 5) + looks(95, 100), at(100))).toBe(
      "the watch saw no outage since 22:00:00; nothing was asked from 22:05:00 to 23:35:00, and nothing is known of that time",
    );
    expect(summary(looks(5, 10), at(15))).toBe(
      "the watch saw no outage since 22:00:00; nothing was asked from 22:00:00 to 22:05:00, 22:10:00 to 22:15:00, and nothing is known of that time",
    );
  });

  it("with long pauses of its own has no gap by them", () => {
    const seldom = Array.from({ length: 5 }, (_, index) =>
      line({ ...SAMPLE, at: at(index * 5).toISOString() }),
    ).join("");
    expect(summary(seldom, at(22))).toBe("the watch saw no outage since 22:00:00");
  });
});
