import { checkRunningFlags } from "../../probes/running-flags";
import { asJson, type CheckResult } from "../../probes/verdict";
import type { Service } from "../../render/client";
import { addressOf } from "../address";
import { isDeployedSince } from "./check-zero-downtime";
import type { ProviderContext } from "../context";
import { leftFlags, leftSentence } from "../deploy/left-flags";
import { sameBytesSentence } from "../deploy/served-bytes";
import { judgeByRender } from "../flag-evidence";
import { AWAKE_MS } from "../wake";
import type { GateInputs, GateService } from "./inputs";
import { liveDeploy } from "../../render/deploy-status";
import { checkId } from "../../probes/check-id";

/** Whether a service runs with the flags as declared: by its own word, or, where it cannot say, by Render's. */
export async function checkFlags(
  context: ProviderContext,
  inputs: GateInputs,
  target: GateService,
  service: Service,
): Promise<CheckResult> {
  const { reports, flags: declared } = target;
  const { name } = service;
  const now = await context.now();
  const base = {
    check: checkId("flags", name),
    threshold: "every flag runs as declared",
    at: now.toISOString(),
  };
  if (Object.keys(declared).length === 0)
    return { ...base, verdict: "pass", summary: `${name} has no flags`, probe: "none" };
  if (reports === undefined) {
    const summary =
      `whether ${name} runs its flags as declared is not known: say in the catalogue where it reports them (reports: /path), ` +
      `or why it cannot (reports: {none: "why"})`;
    return { ...base, verdict: "could-not-measure", summary, probe: "none" };
  }
  if ("none" in reports) return { ...base, ...(await evidenceOf(context, inputs, target, service)) };
  const url = addressOf(target, service, reports.path);
  const on = { service: name, report: reports, declared, ...(url === undefined ? {} : { url }) };
  return checkRunningFlags(on, { probe: context.probe, now: () => now });
}

async function evidenceOf(
  { render, observed }: ProviderContext,
  { deploys: ours }: GateInputs,
  { renderName, serviceKey = renderName, reports, flags: declared, unset }: GateService,
  service: Service,
): Promise<Pick<CheckResult, "verdict" | "summary" | "probe" | "evidence">> {
  // Not the shared reads: they may be older than the deploy that this gate is about.
  const [variables, deploys] = await Promise.all([
    render.listEnvVars(service.id),
    render.listDeploys(service.id),
  ]);
  const isWhole = Object.keys(declared).every((key) => variables.some((each) => each.key === key));
  const groupValues = isWhole
    ? new Map<string, string>()
    : await observed.groupVars(service).catch(() => undefined);
  const values = new Map(variables.map(({ key, value }) => [key, value]));
  const reason = reports !== undefined && "none" in reports ? reports.none : "";
  const facts = {
    service: service.name,
    reason,
    declared,
    values,
    groupValues,
    deploys,
    deployId: ours?.[serviceKey],
  };
  return {
    ...judgeByRender({ ...facts, ...(unset === undefined ? {} : { unset }) }),
    probe: `GET /services/${service.id}/env-vars and /deploys`,
    evidence: asJson({ live: liveDeploy(deploys)?.id ?? "none" }),
  };
}

/** Flags that left the catalogue while they are on, as a warning: nothing here would switch them off. */
export async function checkLeftFlags(
  context: ProviderContext,
  inputs: GateInputs,
  target: GateService,
  service: Service,
): Promise<CheckResult[]> {
  const keys = inputs.left?.[target.serviceKey ?? target.renderName] ?? [];
  if (keys.length === 0) return [];
  const { reports, flags: expects } = target;
  const url =
    reports !== undefined && "path" in reports ? addressOf(target, service, reports.path) : undefined;
  const running =
    reports !== undefined && "path" in reports && url !== undefined
      ? await context.reports.read(
          { url, report: reports, keys: [...Object.keys(expects), ...keys] },
          AWAKE_MS,
        )
      : undefined;
  const found = leftFlags({
    managed: Object.fromEntries(keys.map((key) => [key, ""])),
    expects,
    values: await context.observed.envVars(service.id),
    ...(running?.known === true ? { running: running.flags } : {}),
  });
  if (found.length === 0) return [];
  return [
    {
      check: checkId("left-flags", service.name),
      verdict: "warn",
      summary: found.map(leftSentence).join("; "),
      observed: found.map(({ key }) => key).join(", "),
      threshold: "no flag on that the catalogue does not name",
      probe: `GET /services/${service.id}/env-vars`,
      at: (await context.now()).toISOString(),
    },
  ];
}

/** Whether flips changed what static sites serve: one that did not is done, and changes nothing that visitors get. */
export async function checkServed(context: ProviderContext, inputs: GateInputs): Promise<CheckResult[]> {
  const at = (await context.now()).toISOString();
  return Object.entries(inputs.served ?? {}).flatMap(([service, seen]): CheckResult[] => {
    if (seen.flipped.length === 0 || !isDeployedSince(inputs, service)) return [];
    const changed = `${service} serves other bytes than before ${seen.flipped.join(", ")} was flipped`;
    return [
      {
        check: checkId("served-bytes", service),
        verdict: seen.same ? "warn" : "pass",
        summary: seen.same ? sameBytesSentence(service, seen) : changed,
        observed: seen.same ? "the same" : "changed",
        threshold: "a flip changes what is served",
        probe: `${seen.probe} and its files, before and after`,
        at,
      },
    ];
  });
}
