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
 * What is printed may reach nobody: a terminal that is closed (EIO), whoever read along is gone (EPIPE), a disk that is full. Each
 * line is then an error, the first perhaps before the signal that tells of it, and none of them must end a step half-way. What
 * was lost is told at the end, by the exit code: end-process.ts.
 * @param onNoReader for what only looks: nobody reads what it goes on to say.
 */
export function outliveTerminal(
  streams: readonly Pick<NodeJS.WriteStream, "on">[],
  onNoReader: () => void = () => undefined,
): void {
  for (const stream of streams)
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") onNoReader();
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
