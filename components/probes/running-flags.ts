import type { HttpProbe } from "./http";
import type { CheckResult } from "./verdict";

export interface RunningFlagsTarget {
  service: string;
  /** Where the service reports the flags it runs with, as a JSON object of booleans; absent where it does not. */
  url?: string;
  /** By key: what config declares. */
  declared: Record<string, string>;
}

/** `other`: the service names the flag, with a value that is no flag's. */
export type RunningValue = "true" | "false" | "other";
export type RunningFlags =
  { known: true; flags: Record<string, RunningValue> } | { known: false; reason: string };

/**
 * The flags that a service says it runs with. What is set on Render is not what runs, until a deploy is live.
 * A flag that the report does not name is off; an object without any flag in it, such as an error's, is no report.
 */
export async function readRunningFlags(
  url: string,
  probe: HttpProbe,
  options: { timeoutMs: number } = { timeoutMs: 5_000 },
): Promise<RunningFlags> {
  const answer = await probe({ url, timeoutMs: options.timeoutMs });
  if (!answer.answered) return { known: false, reason: answer.error };
  if (answer.status !== 200) return { known: false, reason: `HTTP ${answer.status}` };
  try {
    const body: unknown = JSON.parse(answer.body);
    if (typeof body !== "object" || body === null || Array.isArray(body)) throw new Error();
    const flags = Object.entries(body).map(([key, value]) => [key, runningValue(value)] as const);
    if (flags.length > 0 && flags.every(([, value]) => value === "other")) throw new Error();
    return { known: true, flags: Object.fromEntries(flags) };
  } catch {
    return { known: false, reason: "the answer is not a JSON object of flags" };
  }
}

function runningValue(value: unknown): RunningValue {
  if (value === true || value === "true") return "true";
  return value === false || value === "false" || value === null ? "false" : "other";
}

/** `ENABLE_CAR_NUMBER runs as "true", declared "false"` for each flag that runs otherwise than declared. */
export function flagDifferences(declared: Record<string, string>, running: Record<string, string>): string[] {
  return Object.entries(declared)
    .filter(([key, value]) => (running[key] ?? "false") !== value)
    .map(([key, value]) => `${key} runs as "${running[key] ?? "false"}", declared "${value}"`);
}

/** Whether a service runs with the flags as declared, by its own word. */
export async function checkRunningFlags(
  target: RunningFlagsTarget,
  ports: { probe: HttpProbe; now: () => Date },
): Promise<CheckResult> {
  const base = {
    check: `flags ${target.service}`,
    threshold: "every flag runs as declared",
    at: ports.now().toISOString(),
  };
  if (target.url === undefined) {
    return {
      ...base,
      verdict: "could-not-measure",
      summary: `${target.service} does not report its flags: no flagsPath in config`,
      probe: "none",
    };
  }
  const running = await readRunningFlags(target.url, ports.probe);
  const probe = `GET ${target.url}`;
  if (!running.known) {
    const summary = `${target.service} did not report its flags: ${running.reason}`;
    return { ...base, verdict: "could-not-measure", summary, observed: running.reason, probe };
  }
  const differences = flagDifferences(target.declared, running.flags);
  return {
    ...base,
    verdict: differences.length === 0 ? "pass" : "fail",
    summary:
      differences.length === 0
        ? `${target.service} runs its ${Object.keys(target.declared).length} flags as declared`
        : `${target.service}: ${differences.join("; ")}`,
    samples: 1,
    probe,
    evidence: Object.fromEntries(
      Object.keys(target.declared).map((key) => [key, running.flags[key] ?? "false"]),
    ),
  };
}
