import { quantileSorted } from "simple-statistics";

import { fillIn, openNames, type Filling, type SecretRef } from "./fill-in";
import type { HttpProbe } from "./http";
import type { Expectation } from "../config/types";
import { jsonDifferences, valueAt } from "./json-expectation";
import { shownProbe } from "./latency/sample-endpoints";
import type { CheckResult } from "./verdict";
import { checkId } from "./check-id";

/** One request and what has to come back. `{name}` in its texts is what an earlier answer held, or a secret. */
export interface SmokeStep {
  method: string;
  path: string;
  headers?: Record<string, string | SecretRef>;
  /** Sent as JSON. */
  body?: Record<string, unknown>;
  status: number;
  /** By place in the answer: what stands there. */
  json: Readonly<Record<string, Expectation>>;
  /** By name: the place in the answer whose value later requests use. */
  take?: Record<string, string>;
  withinSeconds?: number;
}

/** A request with what has to come before it, and what puts things back whatever became of it. */
export interface SmokeRequest extends SmokeStep {
  id: string;
  /** Address of a path, filled in already. */
  urlOf: (path: string) => string;
  /** Asks again and again, and judges the percentiles. */
  times?: { requests: number; p50Seconds?: number; p95Seconds?: number; p99Seconds?: number };
  before?: readonly SmokeStep[];
  cleanUp?: readonly SmokeStep[];
}

export interface SmokePorts {
  probe: HttpProbe;
  now: () => Date;
  redact?: (text: string) => string;
  /** A secret by its name; undefined where it is not set. */
  secret?: (name: string) => string | undefined;
}

/** How long an answer is waited for where the test sets no bound, in milliseconds. */
const PATIENCE_MS = 15_000;

/**
 * Makes the requests once, one after the other, until one is not as expected; what cleans up is made in any case. An answer that is
 * wrong or too late fails; a service that cannot be reached from here, and a secret that is not set, could not be measured.
 */
export async function runSmokeTest(test: SmokeRequest, ports: SmokePorts): Promise<CheckResult> {
  const { id, before = [], cleanUp = [] } = test;
  const filling: Filling = { taken: new Map(), secret: ports.secret ?? (() => undefined) };
  const steps: readonly SmokeStep[] = [...before, test];
  let last: StepResult = { verdict: "pass", words: "", ms: 0 };
  let which = "";
  for (const [index, step] of steps.entries()) {
    last = await runStep(step, test.urlOf, filling, ports);
    which = steps.length === 1 ? "" : `step ${index + 1} of ${steps.length}, ${step.method} ${step.path}: `;
    if (last.verdict !== "pass") break;
  }
  const timed =
    last.verdict === "pass" && test.times !== undefined
      ? await judgeTimes(test, test.times, filling, ports, last)
      : undefined;
  if (timed !== undefined) last = timed;
  const left = await cleanUpAfter(cleanUp, test.urlOf, filling, ports);
  const hide = (text: string) => hidden(ports.redact?.(text) ?? text, filling);
  const verdict = last.verdict === "pass" && left.length > 0 ? "warn" : last.verdict;
  const took = timed?.words ?? `in ${last.ms} ms`;
  const said = last.verdict === "pass" ? `as expected, ${took}` : `${which}${last.words}`;
  return {
    check: checkId("smoke", id),
    samples: steps.length - 1 + (timed === undefined ? 1 : (test.times?.requests ?? 1)),
    threshold: thresholdOf(test),
    probe: steps.map(({ method, path }) => shownStep(method, test.urlOf(path))).join(", then "),
    at: ports.now().toISOString(),
    verdict,
    summary: hide(`${id}: ${[said, ...left].join("; ")}.`),
    ...(last.observed === undefined ? {} : { observed: last.observed }),
    ...(last.late === true ? { about: "times" as const } : {}),
  };
}

interface StepResult {
  verdict: "pass" | "fail" | "could-not-measure";
  words: string;
  ms: number;
  observed?: string;
  /** Only late: what a rollback is not judged by. */
  late?: boolean;
}

const PERCENTILES = ["p50", "p95", "p99"] as const;

/** @param first the answer that there is already. */
async function judgeTimes(
  test: SmokeRequest,
  times: NonNullable<SmokeRequest["times"]>,
  filling: Filling,
  ports: SmokePorts,
  first: StepResult,
): Promise<StepResult> {
  const taken = [first.ms];
  while (taken.length < times.requests) {
    const again = await runStep(test, test.urlOf, filling, ports);
    if (again.verdict !== "pass")
      return { ...again, words: `request ${taken.length + 1} of ${times.requests}: ${again.words}` };
    taken.push(again.ms);
  }
  const found = percentilesOf(taken);
  const words = PERCENTILES.map((name) => `${name} ${found[name]} ms`).join(", ");
  const late = PERCENTILES.flatMap((name) => {
    const limitMs = (times[`${name}Seconds`] ?? Infinity) * 1000;
    return found[name] > limitMs ? [`${name} ${found[name]} ms, more than ${limitMs} ms`] : [];
  });
  return {
    verdict: late.length === 0 ? "pass" : "fail",
    words: late.length === 0 ? `${words} of ${taken.length} requests` : late.join("; "),
    ms: found.p50,
    observed: words,
    ...(late.length > 0 ? { late: true } : {}),
  };
}

function percentilesOf(times: readonly number[]): Record<(typeof PERCENTILES)[number], number> {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(quantileSorted(sorted, share));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

async function runStep(
  step: SmokeStep,
  urlOf: (path: string) => string,
  filling: Filling,
  { probe }: SmokePorts,
): Promise<StepResult> {
  const { method, path, headers, body, status, json, take = {}, withinSeconds } = step;
  const open = openNames({ path, headers, body }, filling);
  if (open.length > 0) {
    const words = `not set: ${open.join(", ")} (a secret of the stack, or a value that an earlier step takes)`;
    return { verdict: "could-not-measure", words, ms: 0 };
  }
  const limitMs = withinSeconds === undefined ? undefined : withinSeconds * 1000;
  const sent = body === undefined ? undefined : JSON.stringify(fillIn(body, filling));
  const answer = await probe({
    method,
    url: urlOf(fillIn(path, filling, encodeURIComponent) as string),
    // A late answer is measured as such, up to a point, so that the operator reads how late it was.
    timeoutMs: Math.max(PATIENCE_MS, (limitMs ?? 0) * 2),
    headers: {
      ...(sent === undefined ? {} : { "content-type": "application/json" }),
      ...(fillIn(headers ?? {}, filling) as Record<string, string>),
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const ms = Math.round(answer.ms);
  if (!answer.answered) {
    const verdict = answer.measured === false ? "could-not-measure" : "fail";
    return { verdict, words: answer.error, ms, observed: answer.error };
  }
  const otherwise = [
    ...(answer.status === status ? [] : [`status ${answer.status} instead of ${status}`]),
    ...(answer.status === status ? jsonDifferences(answer.body, json) : []),
    ...(answer.status === status ? takeFrom(answer.body, take, filling) : []),
  ];
  const late = limitMs !== undefined && ms > limitMs ? [`took ${ms} ms, more than ${limitMs} ms`] : [];
  const wrong = [...otherwise, ...late];
  return {
    verdict: wrong.length === 0 ? "pass" : "fail",
    words: wrong.join("; "),
    ms,
    observed: `status ${answer.status}, ${ms} ms`,
    ...(otherwise.length === 0 && late.length > 0 ? { late: true } : {}),
  };
}

/** Keeps what an answer holds for later requests; what is not there, or no plain value, is said. */
function takeFrom(body: string, take: Record<string, string>, { taken }: Filling): string[] {
  if (Object.keys(take).length === 0) return [];
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return ["the answer is not JSON, so nothing can be taken from it"];
  }
  return Object.entries(take).flatMap(([name, place]) => {
    const value = valueAt(answer, place);
    if (typeof value !== "string" && typeof value !== "number")
      return [`nothing to take at "${place}" (${name})`];
    taken.set(name, String(value));
    return [];
  });
}

/** Every step is tried, whatever became of the others. What was never made needs no cleaning up: its names are not known. */
async function cleanUpAfter(
  steps: readonly SmokeStep[],
  urlOf: (path: string) => string,
  filling: Filling,
  ports: SmokePorts,
): Promise<string[]> {
  const left: string[] = [];
  for (const step of steps) {
    if (openNames({ path: step.path, headers: step.headers, body: step.body }, filling).length > 0) continue;
    const { verdict, words } = await runStep(step, urlOf, filling, ports);
    if (verdict !== "pass")
      left.push(`cleaning up failed, so something may be left: ${step.method} ${step.path}: ${words}`);
  }
  return left;
}

/** What was taken from an answer may be a token. */
function hidden(text: string, { taken }: Filling): string {
  return [...taken.values()]
    .filter((value) => value.length >= 6)
    .reduce((result, value) => result.replaceAll(value, "[taken]"), text);
}

/** With its names as they are written: what is filled in may be a secret. */
function shownStep(method: string, url: string): string {
  return shownProbe({ method, url }).replaceAll("%7B", "{").replaceAll("%7D", "}");
}

function thresholdOf({ status, json, withinSeconds, times }: SmokeRequest): string {
  const places = Object.keys(json).length;
  return [
    `status ${status}`,
    ...(places === 0 ? [] : [`${places} ${places === 1 ? "place" : "places"} of its JSON`]),
    ...(withinSeconds === undefined ? [] : [`≤ ${withinSeconds * 1000} ms`]),
    ...PERCENTILES.flatMap((name) => {
      const limit = times?.[`${name}Seconds`];
      return limit === undefined ? [] : [`${name} ≤ ${limit * 1000} ms`];
    }),
  ].join(", ");
}
