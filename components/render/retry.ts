import type { Pacing } from "./pacing";

/** How one attempt ended. */
export type Outcome =
  | { kind: "reply"; status: number; pacing: Pacing }
  /** Nothing of it reached the socket. */
  | { kind: "not-sent"; permanent: boolean }
  /** Sent, wholly or in part, and no whole answer. */
  | { kind: "lost" }
  /** A whole answer of 2xx that is no answer: cut short without a length, or somebody else's page in its place. */
  | { kind: "garbled" };

export interface RetryQuestion {
  outcome: Outcome;
  /** Executed twice it does more than executed once: POST of a deploy or a job. */
  once: boolean;
  /** How many attempts there were, this one included. */
  attempt: number;
  /** Milliseconds since the call began, and for the whole of it. */
  elapsedMs: number;
  totalMs: number;
  /** 0 to 1. */
  random: number;
}

export type RetryDecision =
  { retry: true; delayMs: number; reason: string } | { retry: false; reason: string };

/** An outage is not waited out: an operator wants to know. Rate limits mostly are: they end by themselves. */
const MAX_ATTEMPTS = 5;
const MAX_ATTEMPTS_AT_429 = 12;
/** What stands between us and Render answers the same again, mostly; a reply that was cut short does not. */
const MAX_ATTEMPTS_GARBLED = 3;
const BACKOFF = { firstMs: 500, mostMs: 8_000 };
/** A 429 without any hint of how long: Render's windows are a minute. */
const UNHINTED_429_MS = 5_000;

/** Whether to send a request again, and after how long. Pure; the reason of each line is its text. */
export function decideRetry(question: RetryQuestion): RetryDecision {
  const { outcome, once, attempt } = question;
  if (outcome.kind === "reply" && outcome.status === 429) {
    const { retryAfterMs, resetMs } = outcome.pacing;
    if (attempt >= MAX_ATTEMPTS_AT_429) return stop(`Render asked to slow down ${attempt} times`);
    if (retryAfterMs !== undefined)
      return within(question, jitterUp(retryAfterMs, question), "Render said when to ask again");
    if (resetMs !== undefined)
      return within(question, jitterUp(resetMs, question), "the rate limit's window starts anew then");
    return within(
      question,
      UNHINTED_429_MS + backoff(question),
      "the rate limit was hit and nothing says for how long",
    );
  }
  if (outcome.kind === "not-sent" && outcome.permanent)
    return stop("the connection is refused for good: it will not get better");
  if (outcome.kind === "reply" && !isTransient(outcome.status))
    return stop("Render has answered, and would answer the same again");
  if (outcome.kind !== "not-sent" && once)
    return stop("it may have been executed, and must not be executed twice");
  if (attempt >= (outcome.kind === "garbled" ? MAX_ATTEMPTS_GARBLED : MAX_ATTEMPTS))
    return stop(`it failed ${attempt} times`);
  if (outcome.kind === "not-sent") return within(question, backoff(question), "it was never sent");
  if (outcome.kind === "lost")
    return within(question, backoff(question), "the answer was lost, and repeating it does no harm");
  if (outcome.kind === "garbled")
    return within(question, backoff(question), "the answer cannot be read, and asking again does no harm");
  const { retryAfterMs } = outcome.pacing;
  if (retryAfterMs !== undefined)
    return within(question, jitterUp(retryAfterMs, question), "Render said when to ask again");
  return within(
    question,
    backoff(question),
    `HTTP ${outcome.status} is often over soon, and repeating it does no harm`,
  );
}

/** Statuses by which a request that may be repeated is worth repeating. Those above 520 are the content network's. */
function isTransient(status: number): boolean {
  return (
    status === 408 || status === 500 || (status >= 502 && status <= 504) || (status >= 520 && status <= 524)
  );
}

function within({ elapsedMs, totalMs }: RetryQuestion, delayMs: number, reason: string): RetryDecision {
  // An attempt that would start when the time is over could not end well.
  if (elapsedMs + delayMs >= totalMs)
    return stop("the next attempt would come after the call's time is over");
  return { retry: true, delayMs, reason };
}

function stop(reason: string): RetryDecision {
  return { retry: false, reason };
}

/** Doubling, and half of it by chance, so that callers who failed together do not come back together. */
function backoff({ attempt, random }: RetryQuestion): number {
  const full = Math.min(BACKOFF.mostMs, BACKOFF.firstMs * 2 ** (attempt - 1));
  return full / 2 + (full / 2) * random;
}

/** Never before the moment that Render named, and not all of us exactly then. */
function jitterUp(ms: number, { random }: RetryQuestion): number {
  return ms + 250 * random + 50;
}
