/** Notices that a watch asked nothing for a while: what it did not see is not known, and must not pass for well. */
export interface Silence {
  /** Something was asked just now. */
  asked(at: Date): void;
  /** It goes on: from here on the time is counted on the clock that only moves forward. */
  notice(at: Date): void;
  /** The gap since the last call, if there was one. @param at now, once Render has told its time anew. */
  judge(at: Date): { from: Date; to: Date } | undefined;
}

/**
 * A gap is what lies between two requests by Render's clock, and not by this machine's: that one may have been set meanwhile, and
 * the one that only moves forward stands still while the machine sleeps.
 * @param elapsed milliseconds on that last one. @param quietMs a shorter silence is none.
 */
export function createSilence(elapsed: () => number, quietMs: number): Silence {
  let last: Date | undefined;
  let broken: { from: Date; atMs: number } | undefined;
  return {
    asked: (at) => {
      last = at;
    },
    notice: (at) => {
      if (last !== undefined && at.getTime() - last.getTime() > quietMs)
        broken ??= { from: last, atMs: elapsed() };
    },
    judge: (at) => {
      // Moments before it may be of a clock that has been set.
      last = at;
      if (broken === undefined) return undefined;
      const { from, atMs } = broken;
      broken = undefined;
      const to = new Date(at.getTime() - (elapsed() - atMs));
      return to.getTime() - from.getTime() > quietMs ? { from, to } : undefined;
    },
  };
}
