/**
 * The one family of errors that an operator may meet: recognised by `code`, shown by `message` alone.
 * A message says what happened, where, and what to do next, and holds no secret.
 */
export class RolloutError extends Error {
  /** Stable, in capitals: `DEPLOY_NOT_LIVE`. Never renamed; scripts may depend on it. */
  readonly code: string;
  /** What a command needs to know besides the words: plain JSON. */
  readonly data: ErrorData;

  constructor(code: string, message: string, data: ErrorData = {}) {
    super(message);
    this.name = "RolloutError";
    this.code = code;
    this.data = data;
  }
}

export type ErrorData = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What is to be said of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
