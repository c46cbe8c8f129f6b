import type { VerifiedSystem } from "./verified-system";

/** The pulse and the looks of a watch, by hand: a second passes when the test says so, and `pass` moves its clocks. */
export function handPulse(pass: () => void) {
  const waiting: (() => void)[] = [];
  const looks: (() => Promise<void>)[] = [];
  /** Until the pulse waits for its next beat. */
  const beaten = async () => {
    while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const ports: Pick<VerifiedSystem["ports"], "pulse" | "sleep"> = {
    pulse: { sleep: () => new Promise((resolve) => waiting.push(resolve)) },
    sleep: async (ms) => {
      if (ms >= 1_000) await looks.shift()?.();
    },
  };
  return {
    ports,
    second: async () => {
      await beaten();
      pass();
      waiting.shift()?.();
      await beaten();
    },
    /** What happens between two looks. */
    between: (...steps: (() => Promise<void>)[]) => looks.push(...steps),
  };
}
