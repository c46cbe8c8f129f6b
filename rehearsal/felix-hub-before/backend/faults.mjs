import { createRandom } from "./random.mjs";

// How many health checks a service that turns unhealthy "later" still passes: enough for a deploy to go live.
const HEALTHY_ANSWERS_FIRST = 3;

/**
 * Bugs on demand, for rehearsals: each acts only while its flag is on.
 * - {flag, kind: "slow", percent}: each request takes that much longer than its own time
 * - {flag, kind: "errors", rate}: that share of the /api requests fails
 * - {flag, kind: "unhealthy", during?: "deploy" | "later"}: /health says 503 from the start, or after three good answers (default)
 * - {flag, kind: "crash"}: the process ends with exit code 1 while it starts
 * @param json the list, as JSON; undefined: no bugs.
 */
export function createFaults(json, flags, seed) {
  const acting = parseFaults(json).filter(({ flag }) => flags[flag] === true);
  const random = createRandom(seed, "errors");
  const ofKind = (kind) => acting.filter((fault) => fault.kind === kind);
  const slowBy = ofKind("slow").reduce((sum, { percent }) => sum + percent / 100, 0);
  const errors = ofKind("errors");
  const unhealthy = ofKind("unhealthy");
  const passes = unhealthy.some(({ during }) => during === "deploy") ? 0 : HEALTHY_ANSWERS_FIRST;
  let healthyAnswers = 0;

  return {
    crashes: ofKind("crash").length > 0,

    /** Milliseconds to add to a request that took `ownMs`. */
    addedMs: (ownMs) => ownMs * slowBy,

    /** The flag whose bug makes this request fail, if one does. */
    failingFlag: () => errors.find(({ rate }) => random() < rate)?.flag,

    /** Asked once for each health check that is good otherwise: the flag whose bug makes it a bad one, if one does. */
    unhealthyFlag() {
      if (unhealthy.length === 0 || healthyAnswers < passes) {
        healthyAnswers += 1;
        return undefined;
      }
      return unhealthy[0].flag;
    },
  };
}

const CHECKS = {
  slow: ({ percent }) => (percent > 0 ? undefined : "slow needs percent, a number above 0"),
  errors: ({ rate }) =>
    rate > 0 && rate <= 1 ? undefined : "errors needs rate, a number above 0 and up to 1",
  unhealthy: ({ during = "later" }) =>
    during === "deploy" || during === "later" ? undefined : 'unhealthy takes during: "deploy" or "later"',
  crash: () => undefined,
};

function parseFaults(json) {
  if (json === undefined || json === "") return [];
  const faults = JSON.parse(json);
  if (!Array.isArray(faults)) throw new Error("FELIX_FAULTS must be a list");
  for (const fault of faults) {
    const check = Object.hasOwn(CHECKS, fault.kind) ? CHECKS[fault.kind] : undefined;
    const problem = check === undefined ? `unknown kind ${JSON.stringify(fault.kind)}` : check(fault);
    if (problem !== undefined) throw new Error(`FELIX_FAULTS: ${problem}`);
    if (typeof fault.flag !== "string")
      throw new Error(`FELIX_FAULTS: ${fault.kind} needs the flag that it acts with`);
  }
  return faults;
}
