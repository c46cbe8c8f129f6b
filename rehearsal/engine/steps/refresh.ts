import type { ResourceState } from "../checkpoint/resource-state";
import type { Provider } from "../provider/provider";
import type { ProviderRegistry } from "../provider/registry";
import { isEqual } from "../values/property-diff";
import { markedByName, markedLike, type PropertyMap } from "../values/property-value";
import { askForDiff } from "./diff-resource";
import type { StepOp } from "./operation-event";
import { revealedState, type Step, type StepContext } from "./step";
import type { StepRunner } from "./step-runner";

/** Reads every resource, all at the same time, and puts what is really there into the state.
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
  const steps = all.map((state) =>
    refreshStep(context, state.custom ? providers.find(state.type) : undefined, state, asItself),
  );
  await Promise.allSettled(steps.map((step) => runner.run([step])));
  // Only now: until here, steps know the resources as they were.
  snapshot.dropDangling();
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
      if (provider === undefined) return old;
      const now = await read(provider, old);
      if (now === undefined) {
        outcome = "delete";
        context.snapshot.remove(old);
        return undefined;
      }
      // Whether it drifted is what the next update would say of it: its provider decides, not a comparison.
      if ((await askForDiff(provider, now, old.inputs)).changes === "some") outcome = "update";
      const isAsBefore = isEqual(old.inputs, now.inputs) && isEqual(old.outputs, now.outputs);
      context.snapshot.replace(old, isAsBefore ? now : { ...now, modified: context.now() });
      return now;
    },
  };
}

async function read(provider: Provider, old: ResourceState): Promise<ResourceState | undefined> {
  const answer = await provider.read(revealedState(old));
  if (answer === undefined) return undefined;
  const inputs = answer.inputs === undefined ? old.inputs : markedAsBefore(answer.inputs, old.inputs, []);
  const outputs = markedAsBefore(answer.outputs, old.outputs, old.additionalSecretOutputs ?? []);
  return { ...old, initErrors: [], id: answer.id, inputs, outputs };
}

function markedAsBefore(values: PropertyMap, before: PropertyMap, names: readonly string[]): PropertyMap {
  return markedByName(markedLike(values, before), names);
}
