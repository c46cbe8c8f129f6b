import { isFinished, type Deploy, type DeployLine } from "../state/deploy";
import type { Service } from "../state/service";
import type { RuntimeContext } from "./context";
import { DeployAborted, endUnstarted, runDeploy } from "./run-deploy";

interface Running {
  deploy: Deploy;
  abort: AbortController;
  done: Promise<void>;
}

/** One deploy at a time per service.
 *  - wait: a request during a deploy waits for it; of several that wait only the newest runs.
 *  - override: a request cancels the deploy that runs. */
export class DeployQueue implements DeployLine {
  private running: Running | undefined;
  private waiting: Deploy | undefined;

  constructor(
    private readonly context: RuntimeContext,
    private readonly policy: "wait" | "override",
    private readonly service: () => Service,
  ) {}

  submit(deploy: Deploy): "started" | "queued" {
    this.service().deploys.push(deploy);
    if (this.running === undefined) {
      this.start(deploy);
      return "started";
    }
    if (this.waiting !== undefined)
      endUnstarted(this.context, this.service(), this.waiting, new DeployAborted(deploy.id));
    this.waiting = deploy;
    if (this.policy === "override") {
      this.running.abort.abort(new DeployAborted(deploy.id));
      return "started";
    }
    deploy.status = "queued";
    return "queued";
  }

  async cancel(deploy: Deploy): Promise<boolean> {
    if (isFinished(deploy)) return false;
    if (this.waiting === deploy) {
      this.waiting = undefined;
      endUnstarted(this.context, this.service(), deploy, new DeployAborted());
      return true;
    }
    if (this.running?.deploy !== deploy) return false;
    this.running.abort.abort(new DeployAborted());
    await this.running.done;
    return !this.isLive(deploy);
  }

  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running.done;
  }

  private isLive(deploy: Deploy): boolean {
    return deploy.status === "live";
  }

  private start(deploy: Deploy): void {
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.context.stopSignal]);
    const done = runDeploy(this.context, this.service(), deploy, signal).then(() => {
      this.running = undefined;
      const next = this.waiting;
      this.waiting = undefined;
      if (next !== undefined && !this.context.stopSignal.aborted) this.start(next);
    });
    this.running = { deploy, abort, done };
  }
}
