/** Ctrl-C, as something a recipe can look at: nothing ends by itself, so that every end is worded. */
export interface Interrupts {
  /** Aborted at the first Ctrl-C, SIGTERM or SIGHUP. */
  signal: AbortSignal;
  /** Whether it has been pressed by now. */
  pressed(): boolean;
  /** Whether the terminal has told our child processes already; a second signal would kill a running update. */
  childrenKnow: boolean;
}

/** Where signals come from: the process, or a test's stand-in. */
export interface SignalSource {
  on(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
  stdin: { isTTY?: boolean };
}

export function watchInterrupts(onInterrupt: () => void, source: SignalSource = process): Interrupts {
  const controller = new AbortController();
  const interrupts: Interrupts = {
    signal: controller.signal,
    pressed: () => controller.signal.aborted,
    childrenKnow: false,
  };
  const stop = (childrenKnow: boolean) => () => {
    if (controller.signal.aborted) return;
    interrupts.childrenKnow = childrenKnow;
    onInterrupt();
    controller.abort();
  };
  // At a terminal, Ctrl-C reaches the whole group of processes; `kill -INT` and CI's SIGTERM reach only this one.
  source.on("SIGINT", stop(source.stdin.isTTY === true));
  source.on("SIGTERM", stop(false));
  // A closed terminal or a lost connection: the step that runs comes to its end, so that state knows of it.
  source.on("SIGHUP", stop(false));
  return interrupts;
}

/**
 * What is printed to a terminal that is closed reaches nobody, and each line of it is an error (EIO), which must not end this
 * process; the first may come before the signal that tells of it. Other errors end it as they would.
 */
export function outliveTerminal(streams: readonly Pick<NodeJS.WriteStream, "on">[]): void {
  for (const stream of streams)
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EIO") throw error;
    });
}

/**
 * For what only looks, and can be left at any moment: what comes of it, or undefined as soon as it is interrupted. What it has
 * begun goes on until the process ends.
 */
export function untilInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  const interrupted = new Promise<undefined>((resolve) => {
    const leave = () => {
      resolve(undefined);
    };
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    void work
      .catch(() => undefined)
      .finally(() => {
        signal.removeEventListener("abort", leave);
      });
  });
  return Promise.race([work, interrupted]);
}
