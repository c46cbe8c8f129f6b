import type { Baseline } from "../../probes/latency/judge-endpoints";
import { endpointId, NO_BASELINE, type GateInputs, type GateService, type NoBaseline } from "./inputs";

/** What several gates took, as one baseline: of an endpoint that stands in more than one, the newest. */
export function joinBaselines(parts: readonly (Baseline | NoBaseline | undefined)[]): Baseline | NoBaseline {
  const taken = parts
    .filter((part): part is Baseline => part !== undefined && part !== NO_BASELINE)
    .sort((one, other) => one.takenAt.localeCompare(other.takenAt));
  if (taken.length === 0) return NO_BASELINE;
  return taken.reduce((older, newer) => {
    const pages = { ...older.pages, ...newer.pages };
    return {
      ...newer,
      endpoints: { ...older.endpoints, ...newer.endpoints },
      ...(Object.keys(pages).length === 0 ? {} : { pages }),
    };
  });
}

/** The services, each with those of its endpoints alone that a baseline does not have; none where it has all. */
export function notIn(baseline: Baseline | undefined, { services }: GateInputs): GateService[] {
  return services.flatMap((service) => {
    const has = (path: string) => Object.hasOwn(baseline?.endpoints ?? {}, endpointId(service, path));
    const endpoints = (service.endpoints ?? []).filter((path) => !has(path));
    return endpoints.length === 0 ? [] : [{ ...service, endpoints }];
  });
}

/** Whether the system still is as it was before the rollout, as far as flags make it: a baseline can be taken of it. */
export function nothingIsOn({ services }: GateInputs): boolean {
  return services.every(({ flags }) => Object.values(flags).every((value) => value === "false"));
}
