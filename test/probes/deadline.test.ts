import { describe, expect, it, vi } from "vitest";

import { withDeadline } from "../../components/probes/deadline";
import { fillIn } from "../../components/probes/fill-in";
import { realSleep } from "../../components/probes/ports";
import { describeTransportProblem } from "../../components/probes/transport-problem";

/** A request that ends only by its signal. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<string>((resolve) => {
    if (signal.aborted) resolve("aborted");
    signal.addEventListener("abort", () => {
      resolve("aborted");
    });
  });

describe("a request under a deadline", () => {
  it("ends by it, and is late then; one that is quicker is not", async () => {
    vi.useFakeTimers();
    try {
      const late = withDeadline(1_000, undefined, async (signal, wasLate) => [
        await untilAborted(signal),
        wasLate(),
      ]);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await late).toEqual(["aborted", true]);
      expect(await withDeadline(1_000, undefined, async (_signal, wasLate) => wasLate())).toBe(false);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("ends by its caller's signal, also where that came before, and is not late then", async () => {
    const controller = new AbortController();
    const ended = withDeadline(60_000, controller.signal, async (signal, wasLate) => [
      await untilAborted(signal),
      wasLate(),
    ]);
    controller.abort();
    expect(await ended).toEqual(["aborted", false]);
    const early = await withDeadline(60_000, controller.signal, async (signal, wasLate) => [
      signal.aborted,
      wasLate(),
    ]);
    expect(early).toEqual([true, false]);
  });

  it("leaves no listener at its caller's signal", async () => {
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    await withDeadline(60_000, controller.signal, () => Promise.resolve());
    expect(removed).toHaveBeenCalledOnce();
  });
});

describe("a sleep", () => {
  it("ends early and without an error when it is given up, and on its own otherwise", async () => {
    const controller = new AbortController();
    const slept = realSleep(60_000, controller.signal);
    controller.abort();
    await expect(slept).resolves.toBeUndefined();
    await expect(realSleep(0)).resolves.toBeUndefined();
    await expect(realSleep(60_000, AbortSignal.abort())).resolves.toBeUndefined();
  });
});

describe("names in a request", () => {
  it("are filled in wherever texts stand, lists included", () => {
    const filling = {
      taken: new Map([["id", "7"]]),
      secret: (name: string) => (name === "key" ? "k" : undefined),
    };
    expect(fillIn(["a{id}", { b: ["{key}", 3, null] }, { secret: "key" }], filling)).toEqual([
      "a7",
      { b: ["k", 3, null] },
      "k",
    ]);
  });
});

describe("whose fault a request without an answer is", () => {
  const nested = (levels: number, code: string): Error =>
    levels === 0
      ? Object.assign(new Error("x"), { code })
      : new Error("x", { cause: nested(levels - 1, code) });

  it("is found in the cause, four levels deep", () => {
    expect(describeTransportProblem(nested(3, "ENOTFOUND"), false)).toEqual({
      ...{ measured: false, words: "name not found (ENOTFOUND)" },
    });
    expect(describeTransportProblem(nested(4, "ENOTFOUND"), false)).toEqual({
      measured: true,
      words: "no answer",
    });
  });

  it("is the service's where nobody knows the code, and where there is none", () => {
    expect(describeTransportProblem(nested(1, "EODD"), false)).toEqual({
      measured: true,
      words: "no answer (EODD)",
    });
    expect(describeTransportProblem("odd", false)).toEqual({ measured: true, words: "no answer" });
    expect(describeTransportProblem(nested(0, "ENOTFOUND"), true)).toEqual({
      measured: true,
      words: "no answer in time",
    });
    const several = new AggregateError([nested(0, "ECONNREFUSED"), nested(0, "ENETUNREACH")]);
    expect(describeTransportProblem(several, false)).toEqual({ measured: true, words: "connection refused" });
  });
});
