import { RolloutError } from "../errors";

/** The three kinds: nothing usable came back; something came that we cannot read; Render said no. */
export type RenderErrorKind = "transport" | "unreadable" | "refusal";

export type RenderErrorCode =
  /** No connection, or it broke; certainly nothing was started by it. */
  | "RENDER_UNREACHABLE"
  /** The call's or the request's time was over. */
  | "RENDER_TIMEOUT"
  /** Sent, and perhaps executed: look it up before repeating it. Only of requests that start something. */
  | "RENDER_ANSWER_LOST"
  | "RENDER_UNREADABLE"
  /** A status of 300 or more; see `status`. */
  | "RENDER_REFUSED";

export interface RenderErrorFacts {
  code: RenderErrorCode;
  message: string;
  method: string;
  /** The template, not the path. */
  route: string;
  status?: number | undefined;
  requestId?: string | undefined;
  apiMessage?: string | undefined;
}

/** A call to Render that did not end well. Holds no key, no header, no body. */
export class RenderError extends RolloutError {
  declare readonly code: RenderErrorCode;
  readonly kind: RenderErrorKind;
  readonly method: string;
  readonly route: string;
  /** HTTP status, where there was one. */
  readonly status: number | undefined;
  /** Render's name for the request: its support asks for it. */
  readonly requestId: string | undefined;
  /** Render's own words, shortened; undefined where they might repeat a value. */
  readonly apiMessage: string | undefined;

  constructor(facts: RenderErrorFacts) {
    super(facts.code, facts.message, facts.status === undefined ? {} : { status: facts.status });
    this.name = "RenderError";
    this.kind = kinds[facts.code];
    this.method = facts.method;
    this.route = facts.route;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.apiMessage = facts.apiMessage;
  }
}

/** Whether an error is Render's answer with one of these statuses. */
export function isStatus(error: unknown, ...statuses: number[]): error is RenderError & { status: number } {
  return (
    error instanceof RenderError && error.code === "RENDER_REFUSED" && statuses.includes(error.status ?? 0)
  );
}

/** Whether a call certainly changed nothing: it never arrived, or Render said no to it. */
export function changedNothing(error: unknown): boolean {
  if (!(error instanceof RenderError)) return false;
  return (
    error.code === "RENDER_UNREACHABLE" || (error.code === "RENDER_REFUSED" && (error.status ?? 500) < 500)
  );
}

const kinds: Record<RenderErrorCode, RenderErrorKind> = {
  RENDER_UNREACHABLE: "transport",
  RENDER_TIMEOUT: "transport",
  RENDER_ANSWER_LOST: "transport",
  RENDER_UNREADABLE: "unreadable",
  RENDER_REFUSED: "refusal",
};
