import { z } from "zod";

/*
 * Render's replies, read leniently: a field that we do not name is dropped, a new word in an enumeration passes as a
 * string, and only what the rollout cannot do without is required. Times are RFC 3339 in UTC, as Render sent them.
 */

/**
 * Render writes null for "none" in one place and leaves the field out in another: both are undefined here. So is a value
 * of another kind than was ever seen: what nothing depends on must not make the rest unreadable.
 */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => value ?? undefined, schema.optional().catch(undefined));

const text = optional(z.string());

/** @source API reference, "List workspaces": ids are `tea-…` or `usr-…`. */
export const ownerSchema = z.object({ id: z.string(), name: z.string(), email: text, type: text });
export type Owner = z.infer<typeof ownerSchema>;

/** @source API reference, "Retrieve service". `suspended` is a word, not a boolean; static sites lack most details. */
export const serviceSchema = z.object({
  id: z.string(),
  name: z.string(),
  ownerId: z.string(),
  /** web_service, static_site, private_service, background_worker or cron_job; a word of later is taken as it is. */
  type: z.string(),
  slug: text,
  /** `suspended` or `not_suspended`. */
  suspended: text,
  suspenders: optional(z.array(z.string())),
  /** `yes` or `no`. */
  autoDeploy: text,
  autoDeployTrigger: text,
  repo: text,
  branch: text,
  rootDir: text,
  imagePath: text,
  environmentId: text,
  dashboardUrl: text,
  createdAt: text,
  updatedAt: text,
  serviceDetails: optional(
    z.object({
      /** `https://…onrender.com`; `host:port` for a private service. */
      url: text,
      /** `free`, `starter` …; none for a static site. */
      plan: text,
      region: text,
      runtime: text,
      healthCheckPath: text,
      /** What is configured, not what runs, where autoscaling is on. */
      numInstances: optional(z.number()),
      sshAddress: text,
      maintenanceMode: optional(z.object({ enabled: z.boolean(), uri: text })),
      disk: optional(z.object({ id: z.string(), name: text })),
    }),
  ),
});
export type Service = z.infer<typeof serviceSchema>;

/** @source API reference, "List environment variables": values come in clear. */
export const envVarSchema = z.object({
  key: z.string(),
  // One odd row must not hide all others. Null is a variable that is there, so it is no absent one.
  value: z.preprocess((value) => value ?? "", z.string()),
});
export type EnvVar = z.infer<typeof envVarSchema>;

/** @source API reference, "List environment groups": `serviceLinks` name the services that get the group's variables. */
export const envGroupMetaSchema = z.object({
  id: z.string(),
  name: z.string(),
  ownerId: text,
  environmentId: text,
  createdAt: text,
  updatedAt: text,
  serviceLinks: optional(z.array(z.object({ id: z.string(), name: text, type: text }))).transform(
    (links) => links ?? [],
  ),
});
export type EnvGroupMeta = z.infer<typeof envGroupMetaSchema>;

/** @source API reference, "Retrieve environment group": its variables in clear; files are not read by us. */
export const envGroupSchema = envGroupMetaSchema.extend({ envVars: z.array(envVarSchema) });
export type EnvGroup = z.infer<typeof envGroupSchema>;

/** @source API reference, "Retrieve deploy". `finishedAt` is null or absent while it runs: undefined here. */
export const deploySchema = z.object({
  id: z.string(),
  status: z.string(),
  /** api, manual, new_commit, rollback, blueprint_sync, deploy_hook, service_resumed, service_updated … */
  trigger: text,
  createdAt: z.string(),
  updatedAt: text,
  startedAt: text,
  finishedAt: text,
  commit: optional(z.object({ id: z.string(), message: text, createdAt: text })),
  image: optional(z.object({ ref: text, sha: text })),
});
export type Deploy = z.infer<typeof deploySchema>;

/** @source API reference, "Retrieve job". No exit code, no output; older jobs have no status until they end. */
export const jobSchema = z.object({
  id: z.string(),
  serviceId: z.string(),
  startCommand: z.string(),
  planId: text,
  /** pending, running, succeeded, failed or canceled; undefined means that it has not ended. */
  status: text,
  createdAt: z.string(),
  startedAt: text,
  finishedAt: text,
});
export type Job = z.infer<typeof jobSchema>;

/** @source API reference, "List events". `details` depends on `type`; the reason of a failure is in `details.reason`. */
export const eventSchema = z.object({
  id: z.string(),
  type: z.string(),
  timestamp: z.string(),
  serviceId: text,
  details: optional(z.record(z.string(), z.unknown())).transform((details) => details ?? {}),
});
export type ServiceEvent = z.infer<typeof eventSchema>;

/** @source API reference, "List logs". */
export const logLineSchema = z.object({
  id: text,
  message: z.string(),
  timestamp: z.string(),
  labels: optional(z.array(z.object({ name: z.string(), value: z.string() }))).transform(
    (labels) => labels ?? [],
  ),
});
export type LogLine = z.infer<typeof logLineSchema>;

export const logPageSchema = z.object({
  hasMore: z.boolean(),
  nextStartTime: text,
  nextEndTime: text,
  // None at all may be null, but what is no list is not "no lines".
  logs: z
    .array(logLineSchema)
    .nullish()
    .transform((logs) => logs ?? []),
});

/** @source API reference, "Metrics". `unit` is Render's word: read it, do not assume. */
export const metricSeriesSchema = z.object({
  labels: optional(z.array(z.object({ field: z.string(), value: z.string() }))).transform(
    (labels) => labels ?? [],
  ),
  unit: text,
  values: optional(z.array(z.object({ timestamp: z.string(), value: z.number() }))).transform(
    (values) => values ?? [],
  ),
});
export type MetricSeries = z.infer<typeof metricSeriesSchema>;

/** @source API reference, "Retrieve Postgres instance". Connection strings are elsewhere, and not read by us. */
export const postgresSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** available, creating, unavailable, suspended, recovery_in_progress … */
  status: z.string(),
  databaseName: text,
  plan: text,
  region: text,
  version: text,
  suspended: text,
  expiresAt: text,
  dashboardUrl: text,
  createdAt: text,
});
export type Postgres = z.infer<typeof postgresSchema>;

/** @source API reference, "Retrieve point-in-time recovery status": AVAILABLE, NOT_AVAILABLE or BACKUP_NOT_READY. */
export const recoverySchema = z.object({
  recoveryStatus: z.string(),
  /** The earliest moment that can be restored. */
  startsAt: text,
});
export type Recovery = z.infer<typeof recoverySchema>;

/** @source API reference, "Retrieve Blueprint". A second manager of the same service shows here. */
export const blueprintSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** created, in_sync, paused, syncing or error. */
  status: text,
  autoSync: optional(z.boolean()),
  repo: text,
  branch: text,
  lastSync: text,
  resources: optional(z.array(z.object({ id: z.string(), name: text, type: text }))),
});
export type Blueprint = z.infer<typeof blueprintSchema>;

/** @source API reference, "Retrieve environment". On `protected` ones only admins change variables. */
export const environmentSchema = z.object({
  id: z.string(),
  name: z.string(),
  projectId: text,
  /** `protected` or `unprotected`. */
  protectedStatus: text,
});
export type Environment = z.infer<typeof environmentSchema>;
