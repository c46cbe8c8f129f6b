import type { CheckResult } from "../verdict";
import { asJson } from "../verdict";
import type { PageSeen } from "./look-at-page";

/** The runbook's: a page is there within so long on a phone's network. */
export const LOAD_LIMIT_MS = 3_000;

/**
 * A page as a gate's check: an error that a visitor would meet fails; what is slow, too broad for a phone, or shut out
 * for some visitors warns, as it may have been so before the rollout and no rollback would mend it.
 */
export function judgePage(name: string, url: string, seen: PageSeen, at: Date): CheckResult {
  const { status, loadMs, lcpMs, consoleErrors, failedRequests, tooBroadBy, violations } = seen;
  const broken = [
    ...(status >= 400 || status === 0 ? [`HTTP ${status}`] : []),
    ...counted(consoleErrors, "error in the console", "errors in the console"),
    ...counted(failedRequests, "failed request", "failed requests"),
  ];
  const concerns = [
    ...(loadMs > LOAD_LIMIT_MS ? [`it took ${loadMs} ms to load`] : []),
    ...(tooBroadBy > 0 ? [`${tooBroadBy} px broader than a phone's window`] : []),
    ...counted(violations, "serious hindrance (axe)", "serious hindrances (axe)"),
  ];
  const timing = `loaded in ${loadMs} ms${lcpMs === null ? "" : `, largest paint after ${lcpMs} ms`}`;
  const said = [...broken, ...concerns];
  return {
    check: `page ${name}`,
    verdict: broken.length > 0 ? "fail" : concerns.length > 0 ? "warn" : "pass",
    summary: said.length === 0 ? `${name}: ${timing}, without an error` : `${name}: ${said.join("; ")}`,
    samples: 1,
    observed: `${loadMs} ms`,
    threshold: `no error, no failed request, within ${LOAD_LIMIT_MS} ms on 4G`,
    probe: `Chromium: GET ${url}`,
    at: at.toISOString(),
    evidence: asJson({
      loadMs,
      lcpMs: lcpMs ?? undefined,
      consoleErrors,
      failedRequests,
      tooBroadBy,
      violations,
    }),
  };
}

function counted(list: readonly string[], one: string, many: string): string[] {
  const [first] = list;
  return first === undefined ? [] : [`${list.length} ${list.length === 1 ? one : many}, such as ${first}`];
}
