import pLimit, { type LimitFunction } from "p-limit";
import { isDefaultProvider, type ResourceState } from "../checkpoint/resource-state";
import { PartialFailure } from "../provider/provider";
import type { Mask } from "../secrets/mask";
import type { EventSink, Severity, StepOp, StepReport } from "./operation-event";
import { describeProviderError, Stopped } from "./refusal";
import type { Step } from "./step";

export interface RunnerOptions {
  preview: boolean;
  /** How many steps may run at the same time. */
  parallel: number;
  emit: EventSink;
  /** Learns the secrets that come by. */
  mask: Mask;
}

/** Carries out steps, tells about them, and knows whether the operation goes on. */
export class StepRunner {
  /** How often each kind of step was done, default providers left out. */
  readonly changes: Partial<Record<StepOp, number>> = {};
  failed = false;
  /** A step failed, rather than a decision about one. */
  stepFailed = false;
  /** A step failed without the provider saying what it left outside. */
  maybeCorrupt = false;
  /** Settles as soon as the operation is to end early, for whatever reason. */
  readonly stopped: Promise<void>;

  private stopping = false;
  private announceStop: () => void = () => undefined;
  private readonly slots: LimitFunction;
  private readonly running = new Set<Promise<unknown>>();

  constructor(private readonly options: RunnerOptions) {
    this.slots = pLimit(options.parallel);
    this.stopped = new Promise((resolve) => {
      this.announceStop = resolve;
    });
  }

  /** Carries out steps that belong together, in order, as soon as there is room.
   *  @returns the resource as it then is; undefined when the last of the steps left none.
   *  @throws Stopped when a step failed, or the operation is being stopped. */
  run(steps: readonly Step[]): Promise<ResourceState | undefined> {
    const work = this.slots(() => this.inOrder(steps));
    this.running.add(work);
    const forget = (): void => {
      this.running.delete(work);
    };
    work.then(forget, forget);
    return work;
  }

  /** As `run`, at once and outside of the slots: for what other steps wait for. */
  async inOrder(steps: readonly Step[]): Promise<ResourceState | undefined> {
    let state: ResourceState | undefined;
    for (const step of steps) {
      if (this.stopping) throw new Stopped();
      state = await this.one(step);
    }
    return state;
  }

  /** Nothing new is begun any more. */
  isStopping(): boolean {
    return this.stopping;
  }

  /** Begins nothing new; what runs may end. */
  stop(): void {
    this.stopping = true;
    this.announceStop();
  }

  fail(): void {
    this.failed = true;
    this.stop();
  }

  /** Waits for everything that has been begun. */
  async settle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  diagnose(
    urn: string,
    severity: Severity,
    message: string,
    options: { streamId?: number; ephemeral?: boolean } = {},
  ): void {
    const { streamId = 0, ephemeral = false } = options;
    this.options.emit({ kind: "diagnostic", diagnostic: { urn, severity, message, streamId, ephemeral } });
  }

  private async one(step: Step): Promise<ResourceState | undefined> {
    const report = reportOf(step);
    this.options.emit({ kind: "pre", step: report });
    try {
      const state = await step.apply();
      const op = step.outcome?.() ?? step.op;
      this.options.mask.learn(state?.outputs ?? null);
      this.count(step, op);
      // In an update, a component is finished by the outputs that it registers.
      const isComponent = state?.custom === false && step.op !== "refresh";
      if (this.options.preview || !isComponent) {
        this.options.emit({ kind: "outputs", step: { ...report, op, new: state } });
      }
      return state;
    } catch (error) {
      this.reportFailure(report, error);
      throw new Stopped();
    }
  }

  private reportFailure(step: StepReport, error: unknown): void {
    const changedOutside = error instanceof PartialFailure;
    if (!changedOutside) this.maybeCorrupt = true;
    const stepsDone = Object.values(this.changes).reduce((sum, count) => sum + count, 0);
    this.diagnose(step.urn, "error", describeProviderError(error));
    this.options.emit({ kind: "failed", step, changedOutside, stepsDone });
    this.stepFailed = true;
    this.fail();
  }

  private count(step: Step, op: StepOp): void {
    const isPart = !step.logical && step.outcome === undefined;
    if (isPart || isDefaultProvider(step.urn)) return;
    this.changes[op] = (this.changes[op] ?? 0) + 1;
  }
}

export function reportOf(step: Step): StepReport {
  const { op, urn, type, old, new: declared, diffs, detailedDiff, logical } = step;
  return { op, urn, type, old, new: declared, diffs, detailedDiff, logical };
}
