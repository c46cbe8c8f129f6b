import type { ApiRequest } from "./api";
import { answerLost, requestRefused, timedOut, unreachable, type Place } from "./error-messages";
import type { RenderError } from "./errors";
import type { HttpOutcome } from "./http";
import { apiMessageOf, requestIdOf } from "./reply";

export interface Failure {
  request: ApiRequest;
  place: Place;
  /** Not a reply of 2xx. */
  outcome: HttpOutcome;
  /** Why it is not sent again. */
  gaveUp: string;
  /** What must not show in a message, should Render repeat it. */
  hidden: string;
}

/** The error that a caller gets for a request that is given up. */
export function failureOf({ request, place, outcome, gaveUp, hidden }: Failure): RenderError {
  if (outcome.kind !== "reply") {
    if (outcome.kind === "lost" && request.once === true) {
      return answerLost(
        place,
        outcome.timedOut ? "none came in time" : `its connection broke (${outcome.code})`,
      );
    }
    return outcome.timedOut ? timedOut(place) : unreachable(place, outcome.code);
  }
  const { status } = outcome;
  const requestId = requestIdOf(outcome);
  if (request.once === true && mayHaveBeenExecuted(status)) {
    return answerLost(place, `HTTP ${status} came in its place`, { status, requestId });
  }
  return requestRefused(place, {
    status,
    requestId,
    apiMessage: apiMessageOf(request, outcome, hidden),
    location: hostOf(outcome.header("location"), place.host),
    gaveUp: status === 429 || status >= 500 ? gaveUp : undefined,
  });
}

/** Answers behind which a request may have been executed all the same: broken half-way, or given by a gateway. */
function mayHaveBeenExecuted(status: number): boolean {
  return (
    status === 408 || status === 500 || status === 502 || status === 504 || (status >= 520 && status <= 524)
  );
}

/** A redirect's target by its host alone: the rest may hold anything. */
function hostOf(location: string | undefined, ownHost: string): string | undefined {
  const base = `https://${ownHost}`;
  return location !== undefined && URL.canParse(location, base) ? new URL(location, base).host : undefined;
}
