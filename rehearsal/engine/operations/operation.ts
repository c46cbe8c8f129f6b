import type { UpdateKind } from "../backend/history";
import { lockStack } from "../backend/stack-lock";
import { Snapshot } from "../checkpoint/snapshot";
import { readState, StateWriter, type StackState } from "../checkpoint/stack-state";
import { messageOf } from "../errors";
import { checkDeclaredConfig, readStackConfig, type StackConfig } from "../project/stack-config";
import type { Mask } from "../secrets/mask";
import { Deployment } from "../steps/deployment";
import type { EventSink, StepOp } from "../steps/operation-event";
import { asSecret, type PropertyMap } from "../values/property-value";
import { watchInterrupts } from "./interrupts";
import { OperationProviders } from "./operation-providers";
import { describePending } from "./pending-operations";
import { recordUpdate } from "./record-update";
import { runProgram } from "./run-program";
import type { StackPlace } from "./session";
import { requireCrypter } from "./stack-secrets";

export interface OperationRequest {
  kind: Exclude<UpdateKind, "import">;
  preview: boolean;
  /** Look at what is really there first. */
  refresh: boolean;
  /** Forget creations that were interrupted once. */
  clearPendingCreates: boolean;
  parallel: number;
  message: string;
}

export interface OperationResult {
  succeeded: boolean;
  changes: Partial<Record<StepOp, number>>;
}

/** Runs one operation on a stack from beginning to end: lock, state, providers, program, history.
 *  What goes wrong in the stack itself comes out as events.
 *  @param connect builds what hears the operation's story, once the stack's config is known.
 *  @throws CommandError when the operation cannot even begin. */
export async function runOperation(
  place: StackPlace,
  request: OperationRequest,
  mask: Mask,
  connect: (config: StackConfig) => EventSink,
): Promise<OperationResult> {
  const config = await readStackConfig(place.project, place.stackFile);
  checkDeclaredConfig(place.project, place.stack.name, config);
  for (const { text, secrets, secret } of config.values()) {
    if (secret) mask.add([text, ...secrets]);
  }
  const unlock = request.preview ? undefined : lockStack(place.backend, place.stack);
  try {
    return await new Operation(place, request, mask, config, connect(config)).run(() => unlock?.());
  } finally {
    unlock?.();
  }
}

class Operation {
  private readonly startedAt = Date.now();
  private readonly providers: OperationProviders;

  constructor(
    private readonly place: StackPlace,
    private readonly request: OperationRequest,
    private readonly mask: Mask,
    private readonly config: StackConfig,
    private readonly emit: EventSink,
  ) {
    this.providers = new OperationProviders(place.project, config, (diagnostic) => {
      emit({ kind: "diagnostic", diagnostic });
    });
  }

  /** @param unlock gives the stack free, for an end without notice. */
  async run(unlock: () => void): Promise<OperationResult> {
    this.emit({ kind: "prelude" });
    // Most programs have dynamic resources: their host starts while the program loads.
    if (this.request.kind === "update") this.providers.dynamicHost();
    const before = await this.readState();
    const deployment = this.createDeployment(before, await this.openSave());
    const { runner } = deployment;
    const interrupts = watchInterrupts(() => {
      runner.stop();
      this.providers.cancel();
    }, unlock);
    try {
      await this.carryOut(deployment, before);
    } catch (error) {
      runner.diagnose("", "error", messageOf(error));
      runner.fail();
    } finally {
      await runner.settle();
      interrupts.end();
      await this.providers.close();
    }
    return this.conclude(deployment, interrupts.happened);
  }

  private async carryOut(deployment: Deployment, before: StackState): Promise<void> {
    const { kind, preview, refresh } = this.request;
    const { runner } = deployment;
    if (before.pendingOperations.length > 0 && !preview) {
      runner.diagnose("", "warning", describePending(before.pendingOperations));
    }
    if (kind === "refresh" || refresh) await deployment.refresh(kind === "refresh");
    if (kind === "refresh") return;
    if (kind === "update") {
      const finished = await runProgram(deployment, { ...this.place, ...this.request, config: this.config });
      await runner.settle();
      if (!finished) return;
    }
    await deployment.deleteTheRest();
  }

  private conclude(deployment: Deployment, interrupted: boolean): OperationResult {
    const { runner } = deployment;
    const word = this.request.preview ? "preview" : "update";
    if (runner.stepFailed) runner.diagnose("", "error", `${word} failed`);
    else if (interrupted) runner.diagnose("", "error", `${word} canceled`);
    if (interrupted) runner.fail();
    deployment.finishStackOutputs();
    const { failed, changes, maybeCorrupt } = runner;
    const durationMs = Date.now() - this.startedAt;
    this.emit({ kind: "summary", summary: { succeeded: !failed, maybeCorrupt, durationMs, changes } });
    if (!this.request.preview) {
      const { kind, message } = this.request;
      const result = failed ? "failed" : "succeeded";
      recordUpdate(this.place, this.config, { kind, message, startedAt: this.startedAt, result, changes });
    }
    return { succeeded: !failed, changes };
  }

  private async readState(): Promise<StackState> {
    const { backend, stack } = this.place;
    const state = await readState(backend.readCheckpoint(stack).latest);
    for (const { inputs, outputs } of state.resources) {
      this.mask.learn(inputs);
      this.mask.learn(outputs);
    }
    return this.request.clearPendingCreates ? { ...state, pendingOperations: [] } : state;
  }

  /** Every save encrypts, so the key must be there before the first one. A preview saves nothing. */
  private async openSave(): Promise<(state: StackState) => void> {
    if (this.request.preview) return () => undefined;
    const { backend, stack } = this.place;
    const { salt, crypter } = await requireCrypter(this.place);
    const writer = new StateWriter(salt, { kind: "stored", crypter });
    return (state) => {
      backend.writeCheckpoint(stack, { stack: stack.fullName, latest: writer.write(state) });
    };
  }

  private createDeployment(before: StackState, save: (state: StackState) => void): Deployment {
    const { project, stack } = this.place;
    return new Deployment({
      place: { stack: stack.name, project: project.name },
      preview: this.request.preview,
      snapshot: new Snapshot(before, save),
      providers: this.providers.registry,
      config: configAsProperties(this.config),
      parallel: this.request.parallel,
      emit: this.emit,
      mask: this.mask,
    });
  }
}

function configAsProperties(config: StackConfig): PropertyMap {
  return Object.fromEntries(
    [...config].map(([key, { text, secret }]) => [key, secret ? asSecret(text) : text]),
  );
}
