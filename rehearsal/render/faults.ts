/** What goes wrong with a request. `before` (default where it is optional) = before the effect takes place. `after` = once the effect took place: the answer is lost, not the deed. */
export type RequestFault =
  | {
      kind: "answer";
      status: number;
      body?: unknown;
      contentType?: string;
      headers?: Record<string, string>;
      when?: "before" | "after";
    }
  | { kind: "rate-limited"; retryAfterSeconds: number }
  | { kind: "drop"; when: "before" | "after" }
  | { kind: "slow"; ms: number; when?: "before" | "after" }
  | { kind: "truncated" }
  | { kind: "redirect"; location: string; status?: number };

export interface RequestFaultRule {
  /** The route as the request log names it: `POST /v1/services/{serviceId}/deploys`; default: every route. */
  route?: string;
  /** Service's name; default: every service, and requests that name none. */
  service?: string;
  /** How often; default once. */
  times?: number;
  /** So many matching requests pass first; default 0. */
  after?: number;
  fault: RequestFault;
}

/** What goes wrong with a deploy.
 *  - `build-fails`: passes by where there is no build (`deploy_only`, rollback).
 *  - `queued`: it goes well, but its POST is answered 202 with no body, as when another one runs.
 *  - `hangs`: stays in `update_in_progress` until it is cancelled.
 *  - `unknown-status`: goes well, and shows for a while a status that nobody has heard of. */
export type DeployFault = "build-fails" | "health-fails" | "crashes" | "hangs" | "queued" | "unknown-status";

/** What goes wrong with a job.
 *  - `fails`: its command is not run, status failed. `fails-after`: the command runs to its end, status failed all the same.
 *  - `hangs`: stays in `running`, its command not run, until it is cancelled.
 *  - `no-log`: goes well, its output never arrives in the logs. */
export type JobFault = "fails" | "fails-after" | "hangs" | "no-log";

/** How the sample backend misbehaves while a flag is "true". It gets the list as JSON in FELIX_FAULTS. */
export type ApplicationFault =
  | { flag: string; kind: "slow"; percent: number }
  | { flag: string; kind: "errors"; rate: number }
  /** `deploy`: from the start, so that a deploy never goes live; `later`: once it is live. The backend's default: later. */
  | { flag: string; kind: "unhealthy"; during?: "deploy" | "later" }
  | { flag: string; kind: "crash" };

/** Faults on demand. Each is used up as it strikes. */
export class Faults {
  /** When true the API key is no admin's: environment variables of a protected environment answer 403. */
  keyLacksAdmin = false;

  private rules: { rule: RequestFaultRule; skip: number; left: number }[] = [];
  private readonly deploys = new Map<string, DeployFault[]>();
  private readonly jobs = new Map<string, JobFault[]>();

  /** The next matching request fails so. Rules are tried in the order in which they were added. */
  add(rule: RequestFaultRule): void {
    this.rules.push({ rule, skip: rule.after ?? 0, left: rule.times ?? 1 });
  }

  /** The next deploy of the service fails so; several calls queue up. */
  nextDeploy(service: string, ...faults: DeployFault[]): void {
    this.deploys.set(service, [...(this.deploys.get(service) ?? []), ...faults]);
  }

  /** The next job of the service fails so; several calls queue up. */
  nextJob(service: string, ...faults: JobFault[]): void {
    this.jobs.set(service, [...(this.jobs.get(service) ?? []), ...faults]);
  }

  /** Drops all rules that have not struck yet. */
  clear(): void {
    this.rules = [];
    this.deploys.clear();
    this.jobs.clear();
    this.keyLacksAdmin = false;
  }

  /** Rules that have not struck (as often as they should): a test wants to know that its fault came. */
  pending(): number {
    const queued = [...this.deploys.values(), ...this.jobs.values()].reduce(
      (sum, list) => sum + list.length,
      0,
    );
    return queued + this.rules.filter(({ left }) => Number.isFinite(left)).length;
  }

  takeRequestFault(route: string, service: string | undefined): RequestFault | undefined {
    for (const entry of this.rules) {
      const { rule } = entry;
      if (rule.route !== undefined && rule.route !== route) continue;
      if (rule.service !== undefined && rule.service !== service) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      if (entry.left <= 0) this.rules = this.rules.filter((other) => other !== entry);
      return rule.fault;
    }
    return undefined;
  }

  takeDeployFault(service: string): DeployFault | undefined {
    return this.deploys.get(service)?.shift();
  }

  takeJobFault(service: string): JobFault | undefined {
    return this.jobs.get(service)?.shift();
  }
}
