import type { RunningValue } from "../probes/flag-report";
import type { Service } from "../render/client";
import type { ProviderContext } from "./context";

/**
 * What a variable that is not set on the service means: the service's own word first, as it may get the value from elsewhere; then
 * what config says. Where neither says anything it means off, as most code has it.
 */
export function absentIs(
  unset: "on" | "off" | "unknown" | undefined,
  running: RunningValue | undefined,
): "true" | "false" | "unknown" {
  if (running === "true") return "true";
  // On for some, say: that is no word for off.
  if (running === "other") return "unknown";
  if (unset === "on") return running === "false" ? "unknown" : "true";
  return unset === "unknown" ? "unknown" : "false";
}

/**
 * The same where no report tells: a linked environment group may set the variable, and is asked.
 * @returns unknown where a group's value is neither "true" nor "false", or the groups could not be read.
 */
export async function absentByRender(
  { observed, log }: Pick<ProviderContext, "observed" | "log">,
  service: Service,
  key: string,
  unset: "on" | "off" | "unknown" | undefined,
): Promise<"true" | "false" | "unknown"> {
  try {
    const value = (await observed.groupVars(service)).get(key);
    if (value === undefined) return absentIs(unset, undefined);
    return value === "true" || value === "false" ? value : "unknown";
  } catch {
    log(`${service.name}: whether an environment group sets ${key} could not be seen`);
    return unset === "on" ? "true" : "unknown";
  }
}

/** At the most so many groups are looked into. */
const MOST_GROUPS = 20;

/**
 * Where a value may come from that the service does not set itself, in words that complete "the value may come from …".
 * @source Render's documentation, environment groups: a service's own variable goes before a group's.
 */
export async function describeSource(
  { render }: Pick<ProviderContext, "render">,
  service: Service,
  key: string,
): Promise<string> {
  try {
    const listed = await render.listEnvGroups({ ownerId: service.ownerId });
    const linked = listed.filter(({ serviceLinks }) => serviceLinks.some(({ id }) => id === service.id));
    const groups = await Promise.all(linked.slice(0, MOST_GROUPS).map(({ id }) => render.getEnvGroup(id)));
    const names = groups
      .filter(({ envVars }) => envVars.some((variable) => variable.key === key))
      .map(({ name }) => name);
    if (names.length > 0)
      return `the environment group ${names.join(", ")}, which is linked to ${service.name}`;
    return "the code's own default: no environment group linked to the service sets it";
  } catch {
    return "an environment group or the code's own default (the groups could not be looked up)";
  }
}
