/** Watches for ^C (and a polite kill) while an operation runs. */
export interface Interrupts {
  readonly happened: boolean;
  /** The second one came: what runs is no longer waited for. */
  readonly terminated: boolean;
  /** Settles with the second one. */
  readonly termination: Promise<void>;
  end(): void;
}

/** The first interrupt lets running steps end; the second one ends everything at once.
 *  @param onFirst begins nothing new.
 *  @source pkg/backend/cancellation_scope.go */
export function watchInterrupts(preview: boolean, onFirst: () => void): Interrupts {
  let terminate: () => void = () => undefined;
  const termination = new Promise<void>((resolve) => {
    terminate = resolve;
  });
  const watch = { happened: false, terminated: false, termination, end };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  return watch;

  function interrupt(signal: NodeJS.Signals): void {
    const [name, again] = signal === "SIGINT" ? ["^C", "press ^C"] : ["SIGTERM", "send SIGTERM"];
    if (watch.happened) {
      process.stdout.write(`${name} received; terminating\n`);
      watch.terminated = true;
      terminate();
      return;
    }
    watch.happened = true;
    process.stdout.write(
      `${name} received; cancelling. If you would like to terminate immediately, ${again} again.\n` +
        (preview
          ? "\n"
          : "Note that terminating immediately may lead to orphaned resources and other inconsistencies.\n\n"),
    );
    onFirst();
  }

  function end(): void {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
