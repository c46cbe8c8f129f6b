/** A program to run: argument vector, never a shell line. */
export interface Program {
  command: readonly string[];
  cwd: string;
  /** Given to the process beneath the service's own variables, and unseen by the API. */
  env?: Readonly<Record<string, string>>;
}

interface CommonSpec {
  name: string;
  /** `srv-` and 20 characters; default: a new one. */
  id?: string;
  envVars: Readonly<Record<string, string>>;
  /** The commit that is live first, 40 hex digits; default: a new one. */
  commitId?: string;
  /** Default "no". With "yes" a pushed commit deploys by itself. */
  autoDeploy?: "yes" | "no";
}

interface ProcessSpec extends CommonSpec {
  /** Default "starter". "free": no jobs, and a web service sleeps when nobody has asked for anything for a while. */
  plan?: string;
  /** Default "frankfurt". */
  region?: string;
  start: Program;
  /** Made of an image instead of a repository: no commits, no builds. */
  image?: { path: string; registryCredential?: { id: string; name: string } };
  /** Really run at `build_and_deploy`, with the service's variables; none: a build only notes its commit. */
  build?: Program;
  /** Where one-off jobs run; default: as `start`. */
  jobs?: { cwd: string; env?: Readonly<Record<string, string>> };
  disk?: { name: string; mountPath: string; sizeGB: number };
}

/** `start` gets PORT and has to listen there on 127.0.0.1. */
export interface WebServiceSpec extends ProcessSpec {
  type: "web_service";
  /** "" = the port has to accept a connection, nothing more. */
  healthCheckPath: string;
}

/** A web service without a health check; its URL is `host:port` in the private network, and public here for tests. */
export interface PrivateServiceSpec extends ProcessSpec {
  type: "private_service";
}

/** Live as soon as its process has started. */
export interface BackgroundWorkerSpec extends ProcessSpec {
  type: "background_worker";
}

/** A deploy only says which build the next run takes; nothing runs by its schedule, only by request. */
export interface CronJobSpec extends ProcessSpec {
  type: "cron_job";
  schedule: string;
}

export interface StaticSiteSpec extends CommonSpec {
  type: "static_site";
  /** `{outDir}` in an argument or a variable becomes the fresh directory that the build has to fill. */
  build: Program;
  /** What the API shows as publishPath; the directory served is the build's own. */
  publishPath: string;
  /** A rewrite rule: a path that is no file gets this page, with 200. Default: 404. */
  rewriteAllTo?: string;
}

/** What runs a process of its own. */
export type ProcessServiceSpec = WebServiceSpec | PrivateServiceSpec | BackgroundWorkerSpec | CronJobSpec;

export type ServiceSpec = ProcessServiceSpec | StaticSiteSpec;

/** Variables that several services share. */
export interface EnvGroupSpec {
  name: string;
  envVars: Readonly<Record<string, string>>;
  /** Names of the services that are linked to it. */
  services: readonly string[];
}

export interface KeyValueSpec {
  name: string;
  /** Default "starter". */
  plan?: string;
}

export interface PostgresSpec {
  name: string;
  /** What connection-info tells as the external address; the internal one differs in its host, as on Render. */
  connectionString?: string;
  /** Default "basic_256mb"; "free" has neither recovery nor export. */
  plan?: string;
  /** Default AVAILABLE. */
  recoveryStatus?: "AVAILABLE" | "NOT_AVAILABLE" | "BACKUP_NOT_READY";
  /** Earliest point that can be restored, minutes before now; default three days. */
  recoverableMinutes?: number;
  /** How long an export takes, in milliseconds of the stand-in's clock; default 0. */
  exportMs?: number;
}

export interface ProjectSpec {
  name: string;
  environments: readonly {
    name: string;
    protectedStatus?: "protected" | "unprotected";
    services: readonly string[];
  }[];
}

export interface BlueprintSpec {
  name: string;
  autoSync?: boolean;
  status?: "created" | "in_sync" | "paused" | "syncing" | "error";
  services: readonly string[];
}

/** The limits of RENDER_API, section 9, as the recorded headers say. Requests a window. */
export interface RateLimits {
  /** A minute. Default 400. */
  reads: number;
  /** A minute. Default 100 (recorded; the documentation says 30). */
  writes: number;
  /** Deploys and rollbacks, a minute and service. Default 10. */
  deploys: number;
  /** An hour. Default 2000. */
  jobs: number;
  /** How `Ratelimit-Reset` is written. Default "seconds" (left in the window, as recorded). */
  resetNotation: "seconds" | "epoch";
}

export interface StandInOptions {
  services: readonly ServiceSpec[];
  /** @param plan "hobby" has no http-latency; default "pro". */
  workspace?: { id?: string; name?: string; email?: string; plan?: "hobby" | "pro" };
  /** Default: a new one. */
  apiKey?: string;
  clock?: { startAt?: Date };
  /** What a second deploy does to a running one; default "wait". */
  overlapPolicy?: "wait" | "override";
  /** How long the old instance stays after traffic has moved (Render: 60 s), real milliseconds; default 200. */
  settleMs?: number;
  /** Between SIGTERM and SIGKILL (Render: 30 s), real milliseconds; default 2000. */
  shutdownMs?: number;
  /** How long a new instance may take to become healthy (Render: 15 min), real milliseconds; default 15 000. */
  healthTimeoutMs?: number;
  /** A web service's build takes at least this long, real milliseconds; default 0. */
  buildMs?: number;
  /** From a job's creation to its start (Render: about 45 s), real milliseconds; default 20. */
  jobStartMs?: number;
  /** How late log lines arrive, milliseconds of the stand-in's clock; default 0. */
  logLagMs?: number;
  /** "absent until finished" is how older jobs behaved. Default "always". */
  jobStatus?: "always" | "absent-until-finished";
  /** What an unknown path gets: "501" says loudly what is missing; "404" is Render's plain-text page. Both are recorded. */
  unknownRoute?: "501" | "404";
  rateLimits?: Partial<RateLimits>;
  /** A free web service sleeps after so many minutes of the stand-in's clock without a request; default 15. */
  idleMinutes?: number;
  /** The first request after that waits at least so long, real milliseconds, beside the process's start (Render: up to a minute); default 0. */
  wakeMs?: number;
  postgres?: readonly PostgresSpec[];
  envGroups?: readonly EnvGroupSpec[];
  keyValue?: readonly KeyValueSpec[];
  projects?: readonly ProjectSpec[];
  blueprints?: readonly BlueprintSpec[];
}
