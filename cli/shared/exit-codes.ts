/** What every command's exit code means. */
export const EXIT = {
  /** Done, or nothing was to be done. */
  done: 0,
  /** The operator must act; what and why is on stderr. */
  act: 1,
  /** The command line was not understood. */
  usage: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
