import type { CheckResult } from "../verdict";
import { asJson } from "../verdict";
import type { PageSeen } from "./look-at-page";
import { checkId } from "../check-id";

/** How long a page took before the rollout, in milliseconds. */
export interface PageTimes {
  loadMs: number;
  lcpMs: number | null;
}

/** What a page is held against. */
export interface PageRules {
  /** For load time and largest paint, each. */
  withinMs: number;
  /** Growth over the baseline that is still unremarkable. */
  growthPercent: number;
  /** Texts of errors and failed requests that do not count. */
  ignore?: readonly string[];
  baseline?: PageTimes | undefined;
}

/** The runbook's: a page is there within so long on a phone's network. */
export const USUAL_PAGE_RULES: PageRules = { withinMs: 3_000, growthPercent: 50 };

/** Growth that nobody notices, in milliseconds, is none: of a fast page it would be many per cent. */
const NOTICED_MS = 100;

/**
 * A page as a gate's two checks. What a visitor would meet (an error, a request that fails, a part that is missing or should not
 * be there) fails; what may have been so before and no rollback would mend (breadth, hindrances) warns. Times are a check of
 * their own: too long fails where it was well before, and else warns.
 */
export function judgePage(
  name: string,
  url: string,
  seen: PageSeen,
  rules: PageRules,
  at: Date,
): [CheckResult, CheckResult] {
  const told = { probe: `Chromium: GET ${url}`, at: at.toISOString() };
  return [
    { check: checkId("page", name), ...judgeLook(name, seen, rules), ...told },
    { check: checkId("page-times", name), ...judgeTimes(name, seen, rules), ...told, about: "times" },
  ];
}

type Judged = Omit<CheckResult, "check" | "probe" | "at">;

function judgeLook(name: string, seen: PageSeen, { ignore = [] }: PageRules): Judged {
  const counts = (text: string) => !ignore.some((each) => text.includes(each));
  const consoleErrors = seen.consoleErrors.filter(counts);
  const failedRequests = seen.failedRequests.filter(counts);
  const { status, outOfPlace, tooBroadBy, violations } = seen;
  const broken = [
    ...(status >= 400 || status === 0 ? [`HTTP ${status}`] : []),
    ...outOfPlace,
    ...counted(consoleErrors, "error in the console", "errors in the console"),
    ...counted(failedRequests, "failed request", "failed requests"),
  ];
  const concerns = [
    ...(tooBroadBy > 0 ? [`${tooBroadBy} px broader than a phone's window`] : []),
    ...counted(violations, "serious hindrance (axe)", "serious hindrances (axe)"),
  ];
  const said = [...broken, ...concerns];
  return {
    verdict: broken.length > 0 ? "fail" : concerns.length > 0 ? "warn" : "pass",
    summary:
      said.length === 0
        ? `${name} opens without an error, all is in its place`
        : `${name}: ${said.join("; ")}`,
    observed: said.length === 0 ? "no error" : `${broken.length} wrong, ${concerns.length} to look into`,
    threshold: "no error, no failed request, every part in its place",
    evidence: asJson({ outOfPlace, consoleErrors, failedRequests, tooBroadBy, violations }),
  };
}

function judgeTimes(name: string, seen: PageSeen, rules: PageRules): Judged {
  const { loadMs, lcpMs, loads } = seen;
  const { withinMs, growthPercent, baseline } = rules;
  const measured = [
    { what: "load", ms: loadMs, before: baseline?.loadMs ?? null },
    ...(lcpMs === null ? [] : [{ what: "largest paint", ms: lcpMs, before: baseline?.lcpMs ?? null }]),
  ];
  const late = measured.filter(({ ms }) => ms > withinMs);
  const lateOfOld = late.filter(({ before }) => before !== null && before > withinMs);
  const grown = measured.filter(
    ({ ms, before }) =>
      before !== null && ms > before * (1 + growthPercent / 100) && ms - before > NOTICED_MS,
  );
  const figures = measured
    .map(({ what, ms, before }) => `${what} ${ms} ms${before === null ? "" : ` (before: ${before} ms)`}`)
    .join(", ");
  const concerns = [
    ...late.map(({ what }) => `${what} takes more than ${withinMs / 1000} s`),
    ...grown.map(({ what }) => `${what} has grown by more than ${growthPercent} %`),
  ];
  const fails = late.length > lateOfOld.length;
  return {
    verdict: fails ? "fail" : concerns.length > 0 ? "warn" : "pass",
    summary: `${name}: ${figures}${concerns.length === 0 ? "" : `; ${concerns.join("; ")}`}`,
    samples: loads,
    observed: `${loadMs} ms`,
    threshold: `within ${withinMs / 1000} s on 4G, at most +${growthPercent} %`,
    evidence: asJson({
      loadMs,
      lcpMs: lcpMs ?? undefined,
      baselineLoadMs: baseline?.loadMs,
      baselineLcpMs: baseline?.lcpMs ?? undefined,
    }),
  };
}

function counted(list: readonly string[], one: string, many: string): string[] {
  const [first] = list;
  return first === undefined ? [] : [`${list.length} ${list.length === 1 ? one : many}, such as ${first}`];
}
