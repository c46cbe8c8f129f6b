import { checkHealth } from "../../probes/health";
import { checkRunningFlags } from "../../probes/running-flags";
import type { CheckResult } from "../../probes/verdict";
import type { ProviderContext } from "../context";
import { addressOf } from "../deploy/deploy";
import { commandLine } from "../migrations/command-line";
import { executorFor } from "../migrations/runner";
import { parseStatus } from "../migrations/status";
import type { GateInputs, GateService } from "./gate";

/** All checks of a gate, side by side; each answers for itself and none throws. */
export async function runChecks(context: ProviderContext, inputs: GateInputs): Promise<CheckResult[]> {
  const checks = await Promise.all([
    ...inputs.services.map((service) => checkService(context, service)),
    checkMigrations(context, inputs),
  ]);
  return checks.flat();
}

async function checkService(context: ProviderContext, target: GateService): Promise<CheckResult[]> {
  const service = await context.observed.service(target);
  const name = service.name;
  const now = await context.now();
  const ports = { probe: context.probe, sleep: (ms: number) => context.sleep(ms), now: () => now };
  const healthUrl = addressOf(target, service, target.healthPath);
  const flagsUrl = target.flagsPath === undefined ? undefined : addressOf(target, service, target.flagsPath);
  const health =
    healthUrl === undefined
      ? noAddress(`health ${name}`, name, now)
      : checkHealth({ service: name, url: healthUrl }, ports);
  const flags = checkRunningFlags({ service: name, url: flagsUrl, declared: target.flags }, ports);
  return Promise.all([health, flags]);
}

function noAddress(check: string, service: string, now: Date): CheckResult {
  return {
    check,
    verdict: "could-not-measure",
    summary: `${service} has no public address; set felix-hub-rollout:serviceUrls for it`,
    probe: "none",
    at: now.toISOString(),
  };
}

/** Whether the database has what is wanted; migrations that are kept are named, they fail nothing. */
async function checkMigrations(context: ProviderContext, { migrations, runner }: GateInputs): Promise<CheckResult[]> {
  const ids = migrations.flatMap((group) => group.ids);
  if (ids.length === 0 || runner === undefined) return [];
  const target = migrations.flatMap((group) => group.target);
  const words = runner.commands.status;
  const base = {
    check: "migrations",
    threshold: target.length === 0 ? "none wanted" : `applied: ${target.join(", ")}`,
    probe: `${runner.where}: ${commandLine(words)}`,
    at: (await context.now()).toISOString(),
  };
  try {
    const { output, note } = await executorFor(context, runner).execute(words);
    const status = output === undefined ? { known: false as const, reason: note ?? "no output" } : parseStatus(output, ids);
    if (!status.known) return [{ ...base, verdict: "could-not-measure", summary: status.reason }];
    const missing = target.filter((id) => !status.applied.includes(id));
    const kept = status.applied.filter((id) => !target.includes(id));
    const observed = status.applied.join(", ") || "none applied";
    const summary =
      missing.length > 0
        ? `not applied: ${missing.join(", ")}`
        : `${target.length === 0 ? "none wanted" : `all ${target.length} applied`}${kept.length > 0 ? `; kept: ${kept.join(", ")}` : ""}`;
    return [{ ...base, verdict: missing.length > 0 ? "fail" : "pass", summary, observed }];
  } catch (error) {
    const summary = error instanceof Error ? error.message : String(error);
    return [{ ...base, verdict: "could-not-measure", summary }];
  }
}
