/** Render's five kinds of service. @source API reference, "Retrieve service", `type`. */
export const SERVICE_KINDS = [
  "web_service",
  "static_site",
  "private_service",
  "background_worker",
  "cron_job",
] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

/**
 * What a service of a kind has, so that nothing is asked of it that it cannot answer.
 * @source Render's documentation: service types, one-off jobs, metrics, deploys.
 */
export interface ServiceAbilities {
  /** A public address that answers HTTP. */
  answersHttp: boolean;
  /** Its variables exist at run time; otherwise only while it is built. */
  readsVariablesAtRunTime: boolean;
  /** `deployMode: deploy_only` starts the last good build again. */
  restartsBuild: boolean;
  /** One-off jobs, on a plan that is not free. */
  runsJobs: boolean;
  /** HTTP metrics and request logs. */
  hasHttpMetrics: boolean;
}

/** The kind of a service by Render's `type`, or undefined for a word that is not known (yet). */
export function serviceKind(type: string): ServiceKind | undefined {
  return SERVICE_KINDS.find((kind) => kind === type);
}

const SERVER = { readsVariablesAtRunTime: true, restartsBuild: true, runsJobs: true };

const ABILITIES: Record<ServiceKind, ServiceAbilities> = {
  web_service: { ...SERVER, answersHttp: true, hasHttpMetrics: true },
  private_service: { ...SERVER, answersHttp: false, hasHttpMetrics: false },
  background_worker: { ...SERVER, answersHttp: false, hasHttpMetrics: false },
  cron_job: { ...SERVER, answersHttp: false, hasHttpMetrics: false },
  static_site: {
    answersHttp: true,
    readsVariablesAtRunTime: false,
    restartsBuild: false,
    runsJobs: false,
    hasHttpMetrics: false,
  },
};

export function abilitiesOf(kind: ServiceKind): ServiceAbilities {
  return ABILITIES[kind];
}
