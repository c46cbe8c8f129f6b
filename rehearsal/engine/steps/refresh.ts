import type { ResourceState } from "../checkpoint/resource-state";
import { PartialFailure, type Provider } from "../provider/provider";
import type { ProviderRegistry } from "../provider/registry";
import { isEqual } from "../values/property-diff";
import { markedByName, markedLike, type PropertyMap } from "../values/property-value";
import { deleteGroups } from "./delete-order";
import type { StepOp } from "./operation-event";
import { revealedState, type Step, type StepContext } from "./step";
import type { StepRunner } from "./step-runner";

/** Reads every resource, each after what it depends on, and puts what is really there into the state.
 *  @param asItself the refresh is the operation, rather than the first part of one: what it finds is reported and
 *  counted as what it is. */
export async function refreshAll(
  context: StepContext,
  providers: ProviderRegistry,
  runner: StepRunner,
  asItself: boolean,
): Promise<void> {
  const { snapshot } = context;
  const all = snapshot.unvisited.filter(
    (state) => state.delete !== true && state.pendingReplacement !== true,
  );
  for (const group of deleteGroups(all.map((state) => ({ state }))).reverse()) {
    if (runner.isStopping()) return;
    const steps = group.map(({ state }) =>
      refreshStep(context, state.custom ? providers.find(state.type) : undefined, state, asItself),
    );
    await Promise.allSettled(steps.map((step) => runner.run([step])));
  }
  snapshot.write();
}

function refreshStep(
  context: StepContext,
  provider: Provider | undefined,
  old: ResourceState,
  asItself: boolean,
): Step {
  let outcome: StepOp = "same";
  return {
    op: "refresh",
    urn: old.urn,
    type: old.type,
    old,
    new: old,
    diffs: [],
    detailedDiff: undefined,
    logical: false,
    ...(asItself ? { outcome: () => outcome } : {}),
    async apply() {
      const now = provider === undefined ? old : await read(provider, old);
      outcome = now === undefined ? "delete" : isEqual(old.outputs, now.outputs) ? "same" : "update";
      if (now === undefined) context.snapshot.remove(old);
      else if (now !== old) {
        context.snapshot.replace(old, outcome === "update" ? { ...now, modified: context.now() } : now);
      }
      return now;
    },
  };
}

async function read(provider: Provider, old: ResourceState): Promise<ResourceState | undefined> {
  try {
    const answer = await provider.read(revealedState(old));
    if (answer === undefined) return undefined;
    const inputs = answer.inputs === undefined ? old.inputs : markedAsBefore(answer.inputs, old.inputs, []);
    const outputs = markedAsBefore(answer.outputs, old.outputs, old.additionalSecretOutputs ?? []);
    return { ...old, initErrors: [], id: answer.id, inputs, outputs };
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    const outputs = markedAsBefore(error.outputs, old.outputs, old.additionalSecretOutputs ?? []);
    return { ...old, id: error.id, outputs, initErrors: error.reasons };
  }
}

function markedAsBefore(values: PropertyMap, before: PropertyMap, names: readonly string[]): PropertyMap {
  return markedByName(markedLike(values, before), names);
}
