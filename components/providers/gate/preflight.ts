import type { Service } from "../../render/client";
import type { Deploy } from "../../render/client";
import { classifyDeployStatus } from "../../render/deploy-status";
import { asJson, type CheckResult } from "../../probes/verdict";
import type { ProviderContext } from "../context";
import { checkId } from "../../probes/check-id";
import { messageOf } from "../../errors";

/**
 * What would bite later, from what is known of a service anyway; a sentence each.
 * @source Render's documentation: deploys (autodeploy, zero downtime), disks, free instances, one-off jobs.
 */
export function serviceWarnings(service: Service, deploys: readonly Deploy[]): string[] {
  const { serviceDetails, suspended, autoDeploy, type } = service;
  const running = deploys.find(({ status }) => classifyDeployStatus(status) === "running");
  return [
    ...(suspended === "suspended" ? ["it is suspended, so no deploy of it gets live; resume it"] : []),
    ...(autoDeploy === "yes"
      ? ["autodeploy is on: a push in the middle of the rollout ships code and restarts the soak"]
      : []),
    ...(running === undefined ? [] : [`deploy ${running.id} is ${running.status}; ours waits for it`]),
    ...(serviceDetails?.disk === undefined
      ? []
      : [
          `it has the disk ${serviceDetails.disk.name ?? serviceDetails.disk.id}: its deploys stop it before they start it, so there is downtime`,
        ]),
    ...(type === "web_service" && serviceDetails?.plan === "free"
      ? ["it is on the free plan: it sleeps without traffic, and runs no one-off jobs"]
      : []),
    ...(serviceDetails?.maintenanceMode?.enabled === true
      ? ["maintenance mode is on: its users get a 503"]
      : []),
  ];
}

/** What stands in a deploy's way, and what only more questions tell: a protected environment, a Blueprint that manages the same service. Warns, stops nothing. */
export async function checkPreflight(context: ProviderContext, service: Service): Promise<CheckResult> {
  const deploys = await context.observed.deploys(service.id);
  const asked = await Promise.all([
    environmentWarnings(context, service),
    blueprintWarnings(context, service),
  ]);
  const warnings = [...serviceWarnings(service, deploys), ...asked.flat()];
  return {
    check: checkId("preflight", service.name),
    verdict: warnings.length === 0 ? "pass" : "warn",
    summary:
      warnings.length === 0
        ? `nothing about ${service.name} would bite later`
        : `${service.name}: ${warnings.join("; ")}`,
    observed: warnings.length,
    threshold: "no warning",
    probe: `GET /services/${service.id}, its deploys, environment and Blueprints`,
    at: (await context.now()).toISOString(),
    ...(warnings.length === 0 ? {} : { evidence: asJson(warnings) }),
  };
}

async function environmentWarnings(context: ProviderContext, service: Service): Promise<string[]> {
  const id = service.environmentId;
  if (id === undefined) return [];
  try {
    const { name, protectedStatus } = await context.render.getEnvironment(id);
    if (protectedStatus !== "protected") return [];
    return [`its environment ${name} is protected: only an admin's API key changes variables there`];
  } catch (error) {
    return [`its environment could not be looked at: ${words(error)}`];
  }
}

async function blueprintWarnings(context: ProviderContext, service: Service): Promise<string[]> {
  try {
    const blueprints = await context.observed.blueprints(service.ownerId);
    return blueprints
      .filter(({ resources }) => resources?.some(({ id }) => id === service.id) ?? false)
      .map(
        ({ name, autoSync }) =>
          `the Blueprint ${name} manages it, too${autoSync === false ? "" : " and syncs by itself"}: a sync may undo values and deploys`,
      );
  } catch (error) {
    return [`its Blueprints could not be looked at: ${words(error)}`];
  }
}

function words(error: unknown): string {
  return messageOf(error).split("\n")[0] ?? "";
}
