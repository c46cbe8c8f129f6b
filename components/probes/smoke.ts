import type { HttpProbe } from "./http";
import { jsonDifferences, type JsonExpectation } from "./json-expectation";
import { shownProbe } from "./latency/sample-endpoints";
import type { CheckResult } from "./verdict";

/** One request and what has to come back. */
export interface SmokeRequest {
  id: string;
  method: string;
  url: string;
  /** Sent as JSON. */
  body?: Record<string, unknown>;
  status: number;
  /** By place in the answer: what stands there. */
  json: Readonly<Record<string, JsonExpectation>>;
  withinSeconds?: number;
}

/** How long an answer is waited for where the test sets no bound, in milliseconds. */
const PATIENCE_MS = 15_000;

/** Makes the request once. An answer that is wrong or too late fails; a service that cannot be reached from here could not be measured. */
export async function runSmokeTest(
  test: SmokeRequest,
  ports: { probe: HttpProbe; now: () => Date; redact?: (text: string) => string },
): Promise<CheckResult> {
  const { id, method, url, body, status, json, withinSeconds } = test;
  const limitMs = withinSeconds === undefined ? undefined : withinSeconds * 1000;
  const answer = await ports.probe({
    method,
    url,
    // A late answer is measured as such, up to a point, so that the operator reads how late it was.
    timeoutMs: Math.max(PATIENCE_MS, (limitMs ?? 0) * 2),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const ms = Math.round(answer.ms);
  const places = Object.keys(json).length;
  const base = {
    check: `smoke ${id}`,
    samples: 1,
    threshold: [
      `status ${status}`,
      ...(places === 0 ? [] : [`${places} ${places === 1 ? "place" : "places"} of its JSON`]),
      ...(limitMs === undefined ? [] : [`≤ ${limitMs} ms`]),
    ].join(", "),
    probe: shownProbe({ method, url }),
    at: ports.now().toISOString(),
  };
  if (!answer.answered) {
    const verdict = answer.measured === false ? "could-not-measure" : "fail";
    return { ...base, verdict, summary: `${id}: ${answer.error}.`, observed: answer.error };
  }
  const otherwise = [
    ...(answer.status === status ? [] : [`status ${answer.status} instead of ${status}`]),
    ...(answer.status === status ? jsonDifferences(answer.body, json) : []),
  ];
  const late = limitMs !== undefined && ms > limitMs ? [`took ${ms} ms, more than ${limitMs} ms`] : [];
  const wrong = [...otherwise, ...late];
  const redact = ports.redact ?? ((text: string) => text);
  return {
    ...base,
    verdict: wrong.length === 0 ? "pass" : "fail",
    summary: wrong.length === 0 ? `${id}: as expected, in ${ms} ms.` : redact(`${id}: ${wrong.join("; ")}.`),
    observed: `status ${answer.status}, ${ms} ms`,
    // Only late: what a rollback is not judged by.
    ...(otherwise.length === 0 && late.length > 0 ? { about: "times" as const } : {}),
  };
}
