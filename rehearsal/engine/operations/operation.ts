import type { UpdateKind } from "../backend/history";
import { lockStack } from "../backend/stack-lock";
import { Snapshot } from "../checkpoint/snapshot";
import { readState, StateWriter, type StackState } from "../checkpoint/stack-state";
import { CommandError, messageOf } from "../errors";
import { checkDeclaredConfig, type StackConfig } from "../project/stack-config";
import type { Mask } from "../secrets/mask";
import { Deployment } from "../steps/deployment";
import type { EventSink, StepOp } from "../steps/operation-event";
import { asSecret, type PropertyMap } from "../values/property-value";
import { watchInterrupts, type Interrupts } from "./interrupts";
import type { Launch } from "./launch";
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
  /** The operator did not wait for running steps to end. */
  terminated: boolean;
  changes: Partial<Record<StepOp, number>>;
}

/** Runs one operation on a stack from beginning to end: lock, state, providers, program, history.
 *  What goes wrong in the stack itself comes out as events.
 *  @param launched whoever launched it ends it.
 *  @param connect builds what hears the operation's story, once the stack's config is known.
 *  @throws CommandError when the operation cannot even begin. */
export async function runOperation(
  place: StackPlace,
  request: OperationRequest,
  launched: Launch,
  mask: Mask,
  connect: (config: StackConfig) => EventSink,
): Promise<OperationResult> {
  const config = await launched.config.catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`getting stack configuration: get stack secrets manager: ${error.message}`);
  });
  checkDeclaredConfig(place.project, place.stack.name, config);
  for (const { text, secrets, secret } of config.values()) {
    if (secret) mask.add([text, ...secrets]);
  }
  const unlock = request.preview ? undefined : lockStack(place.backend, place.stack);
  try {
    return await new Operation(place, request, launched, mask, config, connect(config)).run();
  } finally {
    unlock?.();
  }
}

class Operation {
  private readonly startedAt = Date.now();
  private readonly providers: OperationProviders;
  /** All is told: what is cut off now is not heard any more. */
  private concluded = false;

  constructor(
    private readonly place: StackPlace,
    private readonly request: OperationRequest,
    private readonly launched: Launch,
    private readonly mask: Mask,
    private readonly config: StackConfig,
    private readonly sink: EventSink,
  ) {
    this.providers = new OperationProviders(place.project, config, launched, (diagnostic) => {
      this.emit({ kind: "diagnostic", diagnostic });
    });
  }

  private readonly emit: EventSink = (event) => {
    if (!this.concluded) this.sink(event);
  };

  async run(): Promise<OperationResult> {
    this.emit({ kind: "prelude" });
    // Most programs have dynamic resources: their host loads while the program runs.
    this.launched.host();
    const before = await this.readState();
    const save = await this.openSave();
    const deployment = this.createDeployment(before, (state) => {
      // What was cut off stays in the state as begun.
      if (!interrupts.terminated) save(state);
    });
    const { runner } = deployment;
    const interrupts = watchInterrupts(this.request.preview, () => {
      runner.stop();
      this.providers.cancel();
    });
    await Promise.race([this.toItsEnd(deployment, before), interrupts.termination]);
    const result = this.conclude(deployment, interrupts);
    this.concluded = true;
    interrupts.end();
    return result;
  }

  private async toItsEnd(deployment: Deployment, before: StackState): Promise<void> {
    const { runner } = deployment;
    try {
      await this.carryOut(deployment, before);
    } catch (error) {
      runner.diagnose("", "error", messageOf(error));
      runner.fail();
    }
    await runner.settle();
    await this.providers.close();
  }

  private async carryOut(deployment: Deployment, before: StackState): Promise<void> {
    const { kind, preview, refresh } = this.request;
    const { runner } = deployment;
    if (before.pendingOperations.length > 0 && !preview) {
      runner.diagnose("", "warning", describePending(before.pendingOperations));
    }
    if (kind === "refresh" || refresh) await deployment.refresh(kind === "refresh");
    if (kind === "refresh") return;
    const { program } = this.launched;
    if (program !== undefined) {
      const run = { ...this.place, ...this.request, config: this.config };
      const finished = await runProgram(deployment, program, run);
      await runner.settle();
      if (!finished) return;
    }
    await deployment.deleteTheRest();
  }

  private conclude(deployment: Deployment, interrupts: Interrupts): OperationResult {
    const { runner } = deployment;
    const word = this.request.preview ? "preview" : "update";
    if (runner.stepFailed || interrupts.terminated) runner.diagnose("", "error", `${word} failed`);
    else if (interrupts.happened) runner.diagnose("", "error", `${word} canceled`);
    if (interrupts.happened) runner.fail();
    deployment.finishStackOutputs();
    const { failed, changes, maybeCorrupt } = runner;
    const durationMs = Date.now() - this.startedAt;
    this.emit({ kind: "summary", summary: { succeeded: !failed, maybeCorrupt, durationMs, changes } });
    if (!this.request.preview) {
      const { kind, message } = this.request;
      const result = failed ? "failed" : "succeeded";
      recordUpdate(this.place, this.config, { kind, message, startedAt: this.startedAt, result, changes });
    }
    return { succeeded: !failed, terminated: interrupts.terminated, changes };
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
