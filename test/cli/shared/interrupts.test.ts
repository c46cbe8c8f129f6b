import { EventEmitter } from "node:events";

import { describe, expect, it } from "vitest";

import { outliveTerminal, untilInterrupted, watchInterrupts } from "../../../cli/shared/interrupts";

function watched(isTTY?: boolean) {
  const source = Object.assign(new EventEmitter(), { stdin: isTTY === undefined ? {} : { isTTY } });
  let told = 0;
  const interrupts = watchInterrupts(() => {
    told += 1;
  }, source);
  return { source, interrupts, told: () => told };
}

describe("an interrupt", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"])("by %s is remembered, and the process goes on", (signal) => {
    const { source, interrupts, told } = watched();
    expect(interrupts.pressed()).toBe(false);
    expect(source.emit(signal)).toBe(true);
    expect([interrupts.pressed(), interrupts.signal.aborted, told()]).toEqual([true, true, 1]);
  });

  it("is told once, however often it is pressed", () => {
    const { source, told } = watched(true);
    source.emit("SIGINT");
    source.emit("SIGINT");
    source.emit("SIGHUP");
    expect(told()).toBe(1);
  });

  it.each([
    ["SIGINT", true, true],
    ["SIGINT", false, false],
    ["SIGINT", undefined, false],
    ["SIGTERM", true, false],
    ["SIGHUP", true, false],
  ] as const)("by %s, with a terminal: %s, has reached the children already: %s", (signal, isTTY, known) => {
    const { source, interrupts } = watched(isTTY);
    source.emit(signal);
    expect(interrupts.childrenKnow).toBe(known);
  });
});

describe("what is printed to a terminal that is closed", () => {
  it("ends nothing, also before the signal that tells of it; a reader that is gone and a full disk neither", () => {
    const stream = new EventEmitter();
    outliveTerminal([stream as never]);
    for (const code of ["EIO", "EPIPE", "ENOSPC"])
      expect(stream.emit("error", Object.assign(new Error(`write ${code}`), { code }))).toBe(true);
  });

  it("is no reason for what only looks to go on: nobody reads it", () => {
    const stream = new EventEmitter();
    let left = 0;
    outliveTerminal([stream as never], () => (left += 1));
    stream.emit("error", Object.assign(new Error("write EIO"), { code: "EIO" }));
    expect(left).toBe(0);
    stream.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    expect(left).toBe(1);
  });
});

describe("what only looks", () => {
  it("is left at once when interrupted, also where that was before it began", async () => {
    const late = new AbortController();
    const never = new Promise<string>(() => undefined);
    const left = untilInterrupted(late.signal, never);
    late.abort();
    expect(await left).toBeUndefined();
    expect(await untilInterrupted(late.signal, never)).toBeUndefined();
  });

  it("otherwise gives what came of it, failures included", async () => {
    const { signal } = new AbortController();
    expect(await untilInterrupted(signal, Promise.resolve(7))).toBe(7);
    await expect(untilInterrupted(signal, Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  });
});
