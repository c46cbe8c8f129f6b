/** Exit codes of the Pulumi CLI, version 3.255.
 *  @source pkg/cmd/cmdutil/exitcodes.go */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  stackNotFound: 6,
  unexpectedChanges: 7,
  cancelled: 8,
} as const;

/** Ends a command: the message is for the operator and is shown as `error: …`, without a stack. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = 1,
  ) {
    super(message);
    this.name = "CommandError";
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
