import type { Props } from "./verbs";

/**
 * What an earlier version stored, in today's words: until December 2026 a service's name on Render was called `service`.
 * Nothing on Render changes by it, and the next update of a resource stores it so.
 */
export function inTodaysNames(props: Props): Props {
  const { services, smoke, runner } = props;
  return {
    ...renamed(props),
    ...(Array.isArray(services) ? { services: services.map(renamed) } : {}),
    ...(Array.isArray(smoke) ? { smoke: smoke.map(renamed) } : {}),
    ...(isProps(runner) ? { runner: renamed(runner) } : {}),
  };
}

function renamed(value: unknown): Props {
  if (!isProps(value)) return {};
  const { service, ...rest } = value;
  return service === undefined ? rest : { renderName: service, ...rest };
}

function isProps(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
