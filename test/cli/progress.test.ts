import { describe, expect, it } from "vitest";

import { createLiveLines } from "../../cli/shared/live-lines";
import { createProgress } from "../../cli/update/progress";
import {
  deploy,
  failedStep,
  flag,
  gate,
  info,
  migrations,
  outputs,
  pre,
  same,
  warning,
} from "./support/events";

const plain = (line: string) => line.replaceAll(/\u001b\[\d+m/g, "");

function inALog() {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const progress = createProgress({
    words: (line) => lines.push(plain(line)),
    now: () => clock.ms,
  });
  return { progress, lines, clock };
}

it("says what begins, what is done and how long it took, and what providers tell meanwhile", () => {
  const { progress, lines, clock } = inALog();
  const on = flag("ENABLE_CAR_NUMBER", "false", "true");
  for (const event of [
    info("prod: phase api, 2 of 6 flags on"),
    pre(same("FeatureFlag", "X"), false),
    pre(on, false),
    outputs(on),
    pre(deploy(), false),
    info("felix-hub-backend: deploy dep-1 update_in_progress (3s)"),
    info(`felix-hub-backend: ENABLE_CAR_NUMBER is "false" on Render, declared "true"`),
    outputs(deploy()),
    pre(gate("api", "create", { new: "open" }), false),
    failedStep(gate("api", "create", { new: "open" })),
  ]) {
    clock.ms += 300;
    progress.onEvent(event);
  }

  expect(lines).toEqual([
    "  … ENABLE_CAR_NUMBER = true",
    "  ✓ ENABLE_CAR_NUMBER = true 0.3 s",
    "  … deploy of felix-hub-backend",
    "      felix-hub-backend: deploy dep-1 update_in_progress (3s)",
    "  ✓ deploy of felix-hub-backend 0.9 s",
    "  … gate api: verifies",
    "  ✗ gate api: verifies",
  ]);
});

describe("what was not done is not ticked", () => {
  const left = (change: ReturnType<typeof flag>, outs: object, before?: object) => ({
    ...change,
    ...(before === undefined ? {} : { old: { ...change.old, outputs: before } }),
    new: { ...change.new, outputs: outs },
  });
  const newDeploy = { ...deploy(), op: "create" as const, old: undefined };

  it.each([
    [
      "a flag that Render has so",
      left(flag("X", undefined, "false"), { revision: "adopted" }),
      "  · X = false: Render has it so already, nothing was written",
    ],
    [
      "a deploy that was taken over",
      left(newDeploy as never, { deployId: "dep-1" }),
      "  · deploy of felix-hub-backend: nothing to deploy, dep-1 is live",
    ],
    [
      "migrations of which none is due",
      left(migrations([]), { applied: ["a"], target: [] }, { applied: ["a"] }),
      "  · migrations: the schema stays as it is",
    ],
    [
      "a backup that was not due",
      left({ op: "create", type: "Command", name: "backup" }, { stdout: "" }),
      "  · backup: not needed by this update",
    ],
  ])("%s", (_name, change, line) => {
    const { progress, lines } = inALog();
    progress.onEvent(pre(change, false));
    progress.onEvent(outputs(change));
    expect(lines.at(-1)).toBe(line);
  });

  it.each([
    [
      "a flag that was written",
      left(flag("X", undefined, "true"), { revision: "2026-11-24T21:00:00Z 1a2b3c4d" }),
    ],
    ["a deploy of its own", left(deploy(), { deployId: "dep-2", how: "again" }, { deployId: "dep-1" })],
    ["a migration that was applied", left(migrations(["a"]), { applied: ["a"] }, { applied: [] })],
    [
      "a backup that was made",
      left({ op: "update", type: "Command", name: "backup" }, { stdout: "backup x" }),
    ],
    ["what left nothing that tells", flag("X", "false", "true")],
  ])("%s is", (_name, change) => {
    const { progress, lines } = inALog();
    progress.onEvent(pre(change, false));
    progress.onEvent(outputs(change));
    expect(lines.at(-1)).toMatch(/^ {2}✓ /);
  });
});

it("a provider's warning is shown whenever it comes, and its notices as soon as a step has begun, also between two steps", () => {
  const { progress, lines } = inALog();
  const step = migrations(["a"]);
  for (const event of [
    warning("the checkout is at another commit"),
    pre(step, false),
    outputs(step),
    info("002 came back empty: something made it anew"),
    info("001 was not rolled back"),
  ])
    progress.onEvent(event);
  expect(lines).toContain("      ! the checkout is at another commit");
  expect(lines).toContain("      002 came back empty: something made it anew");
  expect(lines).toContain("      001 was not rolled back");
});

it("in a log, what runs is told every fifteen seconds, unless it said something itself", () => {
  const { progress, lines, clock } = inALog();
  progress.onEvent(pre(gate("api", "create", { new: "open" }), false));
  for (let second = 1; second <= 46; second++) {
    clock.ms = second * 1000;
    if (second === 20) progress.onEvent(info("gate api: look 2 of 4"));
    progress.tick();
  }
  expect(lines.slice(1)).toEqual([
    "  … gate api: verifies, for 15 s",
    "      gate api: look 2 of 4",
    "  … gate api: verifies, for 35 s",
  ]);
});

it("at a terminal what runs stands in place, with what it said last, and is gone when it is done", () => {
  const shown: string[][] = [];
  const lines: string[] = [];
  const clock = { ms: 0 };
  const progress = createProgress({
    words: (line) => lines.push(plain(line)),
    live: (texts) => shown.push(texts.map(plain)),
    now: () => clock.ms,
  });
  const opens = gate("api", "create", { new: "open" });
  progress.onEvent(pre(opens, false));
  progress.onEvent(info("gate api: look 2 of 4 at the most"));
  clock.ms = 61_000;
  progress.tick();
  expect(shown.at(-1)).toEqual(["  … gate api: verifies, for 1 min 1 s: gate api: look 2 of 4 at the most"]);
  progress.onEvent(outputs(opens));
  progress.end();
  expect(shown.at(-1)).toEqual([]);
  expect(lines).toEqual(["      gate api: look 2 of 4 at the most", "  ✓ gate api: verifies 61.0 s"]);
});

it("lines in place are written over each other, none wider than the terminal", () => {
  const written: string[] = [];
  const live = createLiveLines({ columns: 20, rows: 24, write: (text) => written.push(String(text)) > 0 });
  live.show(["one", "x".repeat(30)]);
  live.show(["three"]);
  live.show([]);
  live.show([]);
  expect(written).toEqual([`one\n${"x".repeat(18)}…`, "\r\u001b[1A\u001b[Jthree", "\r\u001b[J"]);
});
