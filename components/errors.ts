/**
 * The one family of errors that an operator may meet: recognised by `code`, shown by `message` alone.
 * A message says what happened, where, and what to do next, and holds no secret.
 */
export class RolloutError extends Error {
  /** Stable, in capitals: `DEPLOY_NOT_LIVE`. Never renamed; scripts may depend on it. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "RolloutError";
    this.code = code;
  }
}
