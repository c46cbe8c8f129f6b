/** How far the two clocks may drift apart, in milliseconds, before a machine has slept, or somebody has set its clock. */
export const DRIFT_MS = 2_000;
/** So long a machine that has just woken may still look for its network, in milliseconds. */
const WAKING_MS = 30_000;

/** This machine's clocks, in milliseconds. */
export interface TwoClocks {
  /** Only moves forward, and stands still while the machine sleeps (Linux' CLOCK_MONOTONIC, macOS' absolute time). */
  elapsed: () => number;
  /** Since 1970; may be set. */
  wall: () => number;
}

export const machineClocks: TwoClocks = {
  elapsed: () => performance.now(),
  wall: () => Date.now(),
};

/** Tells whether this machine slept, by its two clocks: what was under way then says nothing about anybody else. */
export interface SleepSense {
  /** Whether the machine slept since `sinceMs` (of `elapsed`), or had only just woken. */
  disturbed(sinceMs: number): boolean;
}

export function createSleepSense({ elapsed, wall }: TwoClocks): SleepSense {
  let drift = wall() - elapsed();
  let wokeAt = -Infinity;
  return {
    disturbed(sinceMs) {
      const now = wall() - elapsed();
      if (now - drift > DRIFT_MS) wokeAt = elapsed();
      drift = now;
      return wokeAt >= sinceMs - WAKING_MS;
    },
  };
}
