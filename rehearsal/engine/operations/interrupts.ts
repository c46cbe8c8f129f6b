/** Watches for ^C (and a polite kill) while an operation runs. */
export interface Interrupts {
  readonly happened: boolean;
  end(): void;
}

/** The first interrupt lets running steps end; the second one ends everything at once.
 *  @param onFirst begins nothing new.
 *  @param onSecond gives back what must not stay taken. */
export function watchInterrupts(onFirst: () => void, onSecond: () => void): Interrupts {
  const watch = { happened: false, end };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  return watch;

  function interrupt(): void {
    if (watch.happened) {
      onSecond();
      process.exit(1);
    }
    watch.happened = true;
    process.stdout.write(
      "^C received; cancelling. If you would like to terminate immediately, press ^C again.\n" +
        "Note that terminating immediately may lead to orphaned resources and other inconsistencies.\n\n",
    );
    onFirst();
  }

  function end(): void {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
