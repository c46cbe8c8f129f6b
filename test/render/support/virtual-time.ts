/** Time that runs ahead to the next sleeper whenever everybody waits. For code without sockets. */
export function virtualTime(start = 1_000_000) {
  let now = start;
  const sleepers = new Set<{ at: number; wake: () => void }>();

  const idle = () => new Promise<void>((resolve) => setImmediate(resolve));

  return {
    clock: { now: () => now },
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          resolve();
        });
      }),
    /** Runs until the promise is settled. */
    async until<T>(promise: Promise<T>): Promise<T> {
      const state = { settled: false };
      const done = () => {
        state.settled = true;
      };
      promise.then(done, done);
      await idle();
      while (!state.settled) {
        const [next] = [...sleepers].sort((a, b) => a.at - b.at);
        if (next === undefined) throw new Error("everybody waits and nobody sleeps");
        sleepers.delete(next);
        now = Math.max(now, next.at);
        next.wake();
        await idle();
      }
      return promise;
    },
    /** Lets time pass for the sleepers whose time comes. */
    async pass(ms: number): Promise<void> {
      const end = now + ms;
      for (;;) {
        await idle();
        const [next] = [...sleepers].sort((a, b) => a.at - b.at);
        if (next === undefined || next.at > end) break;
        sleepers.delete(next);
        now = Math.max(now, next.at);
        next.wake();
      }
      now = end;
    },
    sleepers: () => sleepers.size,
  };
}
