/**
 * Whose fault is a request without an answer?
 *
 * Reached and refused, cut off, or silent past the deadline: a user would see the same, so it is the service's failure. No name, no
 * route, no connection within undici's own time: the request never got near the service, so it is an error of the measurement.
 * What is not known here counts as the service's: the safe side is to stop.
 */
export function describeTransportProblem(
  problem: unknown,
  pastDeadline: boolean,
): { measured: boolean; words: string } {
  if (pastDeadline) return { measured: true, words: "no answer in time" };
  const code = errorCode(problem);
  const ours = code === undefined ? undefined : oursToFix.get(code);
  if (code !== undefined && ours !== undefined) return { measured: false, words: `${ours} (${code})` };
  const theirs = code === undefined ? undefined : serviceSide.get(code);
  return { measured: true, words: theirs ?? `no answer${code === undefined ? "" : ` (${code})`}` };
}

const oursToFix = new Map([
  ["ENOTFOUND", "name not found"],
  ["EAI_AGAIN", "name server did not answer"],
  ["ENETUNREACH", "no route to the network"],
  ["ENETDOWN", "network is down"],
  ["EHOSTUNREACH", "no route to the host"],
  ["UND_ERR_CONNECT_TIMEOUT", "no connection in time"],
  ["ERR_INVALID_URL", "not a URL"],
]);

const serviceSide = new Map([
  ["ECONNREFUSED", "connection refused"],
  ["ECONNRESET", "connection cut off"],
  ["UND_ERR_SOCKET", "connection cut off"],
  ["UND_ERR_HEADERS_TIMEOUT", "no answer in time"],
  ["UND_ERR_BODY_TIMEOUT", "no answer in time"],
]);

/** `fetch` throws "fetch failed" and hides the code in the cause, sometimes one level further down. */
function errorCode(problem: unknown): string | undefined {
  for (let layer = problem, depth = 0; layer instanceof Error && depth < 4; layer = layer.cause, depth++) {
    if ("code" in layer && typeof layer.code === "string") return layer.code;
    if (layer instanceof AggregateError) return errorCode(layer.errors[0]);
  }
  return undefined;
}
