import { Snapshot } from "../../../rehearsal/engine/checkpoint/snapshot";
import type { StackState } from "../../../rehearsal/engine/checkpoint/stack-state";
import { emptyGoal, type Goal } from "../../../rehearsal/engine/monitor/goal";
import { ProviderRegistry } from "../../../rehearsal/engine/provider/registry";
import { Mask } from "../../../rehearsal/engine/secrets/mask";
import { Deployment } from "../../../rehearsal/engine/steps/deployment";
import type { OperationEvent } from "../../../rehearsal/engine/steps/operation-event";
import type { PropertyMap } from "../../../rehearsal/engine/values/property-value";
import { FakeProvider, nameOf } from "./fake-provider";

/** A stack in memory, on which one run after the other can be made. */
export class ToyStack {
  readonly provider = new FakeProvider();
  state: StackState = { resources: [], pendingOperations: [] };
  /** Every state that was saved, oldest first. */
  readonly saves: StackState[] = [];

  /** Runs a program: what it declares, then deletes the rest, unless the run was stopped.
   *  A program that throws has not ended well, and deletes nothing. */
  async run(
    program: (declare: Declare) => Promise<unknown>,
    options: { preview?: boolean } = {},
  ): Promise<Run> {
    const deployment = this.deployment(options.preview ?? false);
    const { events } = deployment;
    let finished = true;
    try {
      await program((name, goal = {}) => deployment.register({ ...emptyGoal, type: toyType, name, ...goal }));
    } catch {
      finished = false;
    }
    await deployment.runner.settle();
    if (finished) await deployment.deleteTheRest();
    deployment.finishStackOutputs();
    return this.conclude(deployment, events, options.preview ?? false);
  }

  /** Reads everything, as `pulumi refresh` does. */
  async refresh(): Promise<Run> {
    const deployment = this.deployment(false);
    await deployment.refresh(true);
    return this.conclude(deployment, deployment.events, false);
  }

  names(): string[] {
    return this.state.resources.filter(({ type }) => type === toyType).map(({ urn }) => nameOf(urn));
  }

  resource(name: string) {
    const found = this.state.resources.find(
      ({ urn, delete: waits }) => nameOf(urn) === name && waits !== true,
    );
    if (found === undefined) throw new Error(`no resource ${name}`);
    return found;
  }

  deployment(preview: boolean): Deployment & { events: OperationEvent[]; snapshot: Snapshot } {
    const events: OperationEvent[] = [];
    const snapshot = new Snapshot(this.state, (state) => {
      if (!preview) this.saves.push(state);
    });
    const deployment = new Deployment({
      place: { stack: "dev", project: "toy" },
      preview,
      snapshot,
      providers: new ProviderRegistry(
        () => this.provider,
        () => this.provider,
      ),
      config: { "toy:a": "1" },
      parallel: 8,
      emit: (event) => events.push(event),
      mask: new Mask(),
    });
    return Object.assign(deployment, { events, snapshot });
  }

  private conclude(
    deployment: Deployment & { snapshot: Snapshot },
    events: OperationEvent[],
    preview: boolean,
  ): Run {
    if (!preview) this.state = deployment.snapshot.state;
    const { changes, failed } = deployment.runner;
    return { events, changes, failed, steps: stepsOf(events), errors: errorsOf(events) };
  }
}

export interface Run {
  events: OperationEvent[];
  /** Steps as `op name`, in the order in which they were begun; default providers left out. */
  steps: string[];
  errors: string[];
  changes: Deployment["runner"]["changes"];
  failed: boolean;
}

export type Declare = (name: string, goal?: Partial<Goal>) => ReturnType<Deployment["register"]>;

export const toyType = "pulumi-nodejs:dynamic/felix:Thing";

export function toyUrn(name: string): string {
  return `urn:pulumi:dev::toy::${toyType}::${name}`;
}

/** Inputs with the edges that they make: `value` comes from the named resource. */
export function from(name: string, inputs: PropertyMap): Partial<Goal> {
  return {
    inputs,
    dependencies: [toyUrn(name)],
    propertyDependencies: Object.fromEntries(Object.keys(inputs).map((key) => [key, [toyUrn(name)]])),
  };
}

function stepsOf(events: readonly OperationEvent[]): string[] {
  return events.flatMap((event) =>
    event.kind === "pre" && !event.step.urn.includes("pulumi:providers:")
      ? [`${event.step.op} ${nameOf(event.step.urn)}`]
      : [],
  );
}

function errorsOf(events: readonly OperationEvent[]): string[] {
  return events.flatMap((event) =>
    event.kind === "diagnostic" && event.diagnostic.severity === "error" ? [event.diagnostic.message] : [],
  );
}
