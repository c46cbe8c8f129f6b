import type { ResourceState } from "../checkpoint/resource-state";
import type { ProviderRegistry } from "../provider/registry";
import { deleteGroups } from "./delete-order";
import { deleteStep, type Step, type StepContext } from "./step";
import type { StepRunner } from "./step-runner";

/** Deletes what was not declared in this run, and what was replaced in it: dependents first, the rest together. */
export async function deleteTheRest(
  context: StepContext,
  providers: ProviderRegistry,
  runner: StepRunner,
): Promise<void> {
  if (runner.isStopping()) return;
  const { snapshot } = context;
  // These were deleted ahead of a replacement that nobody declares any more.
  const gone = snapshot.unvisited.filter(({ pendingReplacement }) => pendingReplacement === true);
  for (const state of gone) snapshot.remove(state);
  const { unvisited } = snapshot;
  const condemned = snapshot.state.resources.filter(
    (state) => state.delete === true || unvisited.includes(state),
  );
  const urns = new Set(condemned.map(({ urn }) => urn));
  const planned = condemned
    .reverse()
    .map((state) => ({ state, step: planDelete(context, providers, state, urns) }));
  for (const group of deleteGroups(planned)) {
    if (runner.isStopping()) return;
    await Promise.allSettled(group.map(({ step }) => runner.run([step])));
  }
  snapshot.write();
}

function planDelete(
  context: StepContext,
  providers: ProviderRegistry,
  state: ResourceState,
  condemned: ReadonlySet<string>,
): Step {
  const goesWithAnother = state.deletedWith !== undefined && condemned.has(state.deletedWith);
  const provider = state.custom ? providers.find(state.type) : undefined;
  return deleteStep(context, provider, state, {
    replaced: state.delete === true,
    skipProvider: state.retainOnDelete === true || goesWithAnother,
  });
}
