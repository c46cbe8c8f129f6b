import pLimit from "p-limit";
import { isProviderType, splitUrn, stackType, type ResourceState } from "../checkpoint/resource-state";
import type { Snapshot } from "../checkpoint/snapshot";
import { messageOf } from "../errors";
import type { Goal } from "../monitor/goal";
import type { ProviderRegistry } from "../provider/registry";
import type { PropertyMap } from "../values/property-value";
import { DefaultProviders } from "./default-providers";
import { deleteTheRest } from "./delete-pass";
import { Planner } from "./planner";
import { refreshAll } from "./refresh";
import { ResourceRefusal, Stopped } from "./refusal";
import type { Step, StepContext } from "./step";
import { reportOf, StepRunner, type RunnerOptions } from "./step-runner";
import { createUrn, type UrnPlace } from "./urn";
import type { StepReport } from "./operation-event";

export interface DeploymentOptions extends RunnerOptions {
  place: UrnPlace;
  snapshot: Snapshot;
  providers: ProviderRegistry;
  /** The dynamic provider's configuration: the stack's, by full key; secrets are marked. */
  config: PropertyMap;
}

/** One run over a stack's resources: takes declarations, decides what they mean, and has that carried out. */
export class Deployment {
  readonly runner: StepRunner;
  private readonly context: StepContext;
  private readonly planner: Planner;
  private readonly defaultProviders: DefaultProviders;
  /** Decisions are made one after the other; what they lead to runs together. */
  private readonly decisions = pLimit(1);
  private readonly components = new Map<string, { report: StepReport; state: ResourceState }>();
  private stackOutputs: { urn: string; outputs: PropertyMap } | undefined;

  constructor(private readonly options: DeploymentOptions) {
    const { preview, snapshot, place, providers, config } = options;
    this.runner = new StepRunner(options);
    this.context = { preview, snapshot, now: () => new Date().toISOString() };
    this.planner = new Planner(place, this.context, providers);
    this.defaultProviders = new DefaultProviders({
      config,
      findOld: (type, name) => snapshot.findOld(createUrn(place, "", type, name)),
      plan: (goal) => this.planner.plan(goal, undefined),
      run: (steps) => this.runner.inOrder(steps),
    });
  }

  /** Makes one resource as it is declared.
   *  @throws Stopped when the operation is being stopped, for this reason or another. */
  async register(goal: Goal): Promise<ResourceState> {
    const steps = await this.decisions(() => this.plan(goal));
    const state = await this.runner.run(steps);
    const last = steps.at(-1);
    // Once it is being stopped, the program goes on with nothing.
    if (state === undefined || last === undefined || this.runner.isStopping()) throw new Stopped();
    if (!state.custom) this.components.set(state.urn, { report: reportOf(last), state });
    return state;
  }

  /** Gives a component its outputs. The stack's wait for the end: only then it is known whether all of them came. */
  registerOutputs(urn: string, outputs: PropertyMap): void {
    this.options.mask.learn(outputs);
    if (splitUrn(urn)[2] === stackType) this.stackOutputs = { urn, outputs };
    else this.putOutputs(urn, outputs);
  }

  /** Puts the stack's outputs in place. After a failure, an output that did not come need not be gone. */
  finishStackOutputs(): void {
    if (this.stackOutputs === undefined) return;
    const { urn, outputs } = this.stackOutputs;
    const before = this.components.get(urn)?.report.old?.outputs ?? {};
    this.putOutputs(urn, this.runner.failed ? { ...before, ...outputs } : outputs);
  }

  deleteTheRest(): Promise<void> {
    return deleteTheRest(this.context, this.options.providers, this.runner);
  }

  /** @param asItself the refresh is the operation, rather than the first part of one. */
  refresh(asItself: boolean): Promise<void> {
    return refreshAll(this.context, this.options.providers, this.runner, asItself);
  }

  private async plan(goal: Goal): Promise<Step[]> {
    const { runner } = this;
    if (runner.isStopping()) throw new Stopped();
    this.options.mask.learn(goal.inputs);
    try {
      return await this.planner.plan(goal, await this.providerReference(goal));
    } catch (error) {
      if (error instanceof Stopped) throw error;
      const refusal = error instanceof ResourceRefusal ? error : new ResourceRefusal("", [messageOf(error)]);
      for (const message of refusal.messages) runner.diagnose(refusal.urn, "error", message);
      runner.fail();
      throw new Stopped();
    }
  }

  private putOutputs(urn: string, outputs: PropertyMap): void {
    const component = this.components.get(urn);
    if (component === undefined) throw new Error(`registering outputs of an unknown resource: ${urn}`);
    const { snapshot, emit } = this.options;
    const state = { ...component.state, outputs };
    snapshot.replace(component.state, state);
    snapshot.write();
    this.components.set(urn, { ...component, state });
    emit({ kind: "outputs", step: { ...component.report, new: state } });
  }

  /** The provider that a custom resource belongs to. */
  private providerReference(goal: Goal): Promise<string> | string | undefined {
    if (!goal.custom || isProviderType(goal.type)) return undefined;
    if (goal.provider !== "") return goal.provider;
    // Refuses types that cannot be run before anything stands in the state for them.
    this.options.providers.find(goal.type);
    return this.defaultProviders.reference(goal.type, goal.version);
  }
}
