import { readFlagReport, type FlagReport, type RunningFlags, type RunningValue } from "./flag-report";
import type { HttpProbe } from "./http";
import { runsAsWords } from "../told-lines";
import type { CheckResult } from "./verdict";
import { checkId } from "./check-id";

export type { FlagReport, RunningFlags, RunningValue } from "./flag-report";

export interface RunningFlagsTarget {
  service: string;
  /** Where the service reports its flags; absent where it has no address. */
  url?: string;
  report: FlagReport;
  /** By key: what config declares. */
  declared: Record<string, string>;
}

/** The flags that a service says it runs with. What is set on Render is not what runs, until a deploy is live. */
export async function readRunningFlags(
  target: { url: string; report: FlagReport; keys: readonly string[] },
  probe: HttpProbe,
  options: { timeoutMs: number } = { timeoutMs: 5_000 },
): Promise<RunningFlags> {
  const answer = await probe({ url: target.url, timeoutMs: options.timeoutMs });
  if (!answer.answered) return { known: false, reason: answer.error };
  if (answer.status !== 200) return { known: false, reason: `HTTP ${answer.status}` };
  return readFlagReport(answer.body, target.report, target.keys);
}

export interface FlagDifference {
  key: string;
  runs: "true" | "false";
  declared: string;
}

/** The flags that are known to run otherwise than declared. */
export function flagDifferences(
  declared: Record<string, string>,
  running: Record<string, RunningValue>,
): FlagDifference[] {
  return Object.entries(declared).flatMap(([key, value]) => {
    const runs = running[key];
    const differs = (runs === "true" || runs === "false") && runs !== value;
    return differs ? [{ key, runs, declared: value }] : [];
  });
}

/** What the report leaves open, in words that complete "not known: …". Empty when it tells all. */
function openFlags(declared: Record<string, string>, running: Record<string, RunningValue>): string[] {
  return Object.keys(declared).flatMap((key) => {
    const runs = running[key] ?? "unknown";
    if (runs === "other") return [`${key} has a value in the report that is neither on nor off`];
    return runs === "unknown" ? [`${key} is not in the report`] : [];
  });
}

/** Whether a service runs with the flags as declared, by its own word. What it does not say is not known, and never "off". */
export async function checkRunningFlags(
  target: RunningFlagsTarget,
  ports: { probe: HttpProbe; now: () => Date },
): Promise<CheckResult> {
  const base = {
    check: checkId("flags", target.service),
    threshold: "every flag runs as declared",
    at: ports.now().toISOString(),
  };
  const keys = Object.keys(target.declared);
  if (keys.length === 0) {
    return { ...base, verdict: "pass", summary: `${target.service} has no flags`, probe: "none" };
  }
  if (target.url === undefined) {
    const summary = `${target.service} has no address at which it could report its flags; set serviceUrls for it`;
    return { ...base, verdict: "could-not-measure", summary, probe: "none" };
  }
  const { url, report } = target;
  const running = await readRunningFlags({ url, report, keys }, ports.probe);
  const probe = `GET ${url}`;
  if (!running.known) {
    const summary = `${target.service} did not report its flags: ${running.reason}`;
    return { ...base, verdict: "could-not-measure", summary, observed: running.reason, probe };
  }
  const differences = flagDifferences(target.declared, running.flags);
  const open = openFlags(target.declared, running.flags);
  const verdict = differences.length > 0 ? "fail" : open.length > 0 ? "could-not-measure" : "pass";
  return {
    ...base,
    verdict,
    summary:
      verdict === "pass"
        ? `${target.service} runs its ${keys.length} flags as declared`
        : `${target.service}: ${[...differences.map(runsAsWords), ...open].join("; ")}`,
    samples: 1,
    probe,
    evidence: Object.fromEntries(keys.map((key) => [key, running.flags[key] ?? "unknown"])),
  };
}
