import { randomUUID } from "node:crypto";
import type { ResourceState } from "../checkpoint/resource-state";
import type { Snapshot } from "../checkpoint/snapshot";
import { PartialFailure, type Provider } from "../provider/provider";
import { markedByName, markedLike, revealedMap, type PropertyMap } from "../values/property-value";
import type { StepOp, StepReport } from "./operation-event";

/** One thing to do to one resource. */
export interface Step {
  readonly op: StepOp;
  readonly urn: string;
  readonly type: string;
  readonly old: ResourceState | undefined;
  readonly new: ResourceState | undefined;
  readonly diffs: readonly string[];
  readonly detailedDiff: StepReport["detailedDiff"];
  readonly logical: boolean;
  /** What it turned out to be, once it is done, where that is not known before. */
  readonly outcome?: () => StepOp;
  /** Does it, and saves the state.
   *  @returns the resource as it then is; undefined when it is gone. */
  apply(): Promise<ResourceState | undefined>;
}

/** What steps work on. */
export interface StepContext {
  readonly preview: boolean;
  readonly snapshot: Snapshot;
  /** The time, as states write it. */
  readonly now: () => string;
}

/** The provider of a custom resource; components and providers themselves have none. */
export type MaybeProvider = Provider | undefined;

interface StepDetails {
  diffs?: readonly string[];
  detailedDiff?: StepReport["detailedDiff"];
}

export function sameStep(context: StepContext, old: ResourceState, declared: ResourceState): Step {
  const kept: ResourceState = { ...declared, ...timesOf(old) };
  const state: ResourceState = { ...kept, ...idOf(old), outputs: old.outputs };
  return step("same", old, kept, {}, () => {
    context.snapshot.finish(state);
    return Promise.resolve(state);
  });
}

export function createStep(
  context: StepContext,
  provider: MaybeProvider,
  declared: ResourceState,
  replaced?: { old: ResourceState; details: StepDetails; pendingDelete: boolean },
): Step {
  const op = replaced === undefined ? "create" : "create-replacement";
  return step(op, replaced?.old, declared, replaced?.details ?? {}, async () => {
    if (context.preview) return finishCreate({ ...declared, outputs: previewOutputs(provider, declared) });
    const finished = context.snapshot.begin(declared, "creating");
    try {
      return finishCreate(await created());
    } catch (error) {
      if (error instanceof PartialFailure) finishCreate(failedPartly(declared, error));
      throw error;
    } finally {
      finished();
      context.snapshot.write();
    }
  });

  async function created(): Promise<ResourceState> {
    // Providers are resources too, made by the engine itself.
    if (provider === undefined)
      return declared.custom ? { ...declared, id: randomUUID(), outputs: declared.inputs } : declared;
    const { id, outputs } = await provider.create(declared.urn, revealedMap(declared.inputs));
    return { ...declared, id, outputs: remarked(outputs, declared) };
  }

  function finishCreate(state: ResourceState): ResourceState {
    const now = context.now();
    const timed = { ...state, created: now, modified: now };
    // The old one stays in the state, marked, until it is deleted at the end.
    const old = context.snapshot.findOld(declared.urn);
    if (replaced?.pendingDelete === true && old !== undefined) {
      context.snapshot.replace(old, { ...old, delete: true });
    }
    context.snapshot.finish(timed);
    return timed;
  }
}

/** Marks the whole of a replacement; it does nothing by itself.
 *  @param current the resource as it is by then. */
export function replaceStep(
  old: ResourceState,
  declared: ResourceState,
  details: StepDetails,
  current: () => ResourceState | undefined,
): Step {
  return step("replace", old, declared, details, () => Promise.resolve(current() ?? declared));
}

export function updateStep(
  context: StepContext,
  provider: MaybeProvider,
  old: ResourceState,
  declared: ResourceState,
  details: StepDetails,
): Step {
  return step("update", old, declared, details, async () => {
    if (context.preview) {
      return finishUpdate({ ...declared, outputs: previewed() });
    }
    const finished = context.snapshot.begin(declared, "updating");
    try {
      return finishUpdate({ ...declared, outputs: await updated() });
    } catch (error) {
      // As the CLI has it: what was asked for is not yet what was done, so the old inputs stay.
      if (error instanceof PartialFailure)
        finishUpdate({ ...failedPartly(declared, error), inputs: old.inputs });
      throw error;
    } finally {
      finished();
      context.snapshot.write();
    }
  });

  function previewed(): PropertyMap {
    if (provider === undefined) return declared.custom ? declared.inputs : old.outputs;
    return remarked(provider.previewUpdate(old, revealedMap(declared.inputs)), declared);
  }

  async function updated(): Promise<PropertyMap> {
    if (provider === undefined) return declared.custom ? declared.inputs : old.outputs;
    return remarked(await provider.update(revealedState(old), revealedMap(declared.inputs)), declared);
  }

  function finishUpdate(state: ResourceState): ResourceState {
    const finished = { ...state, ...idOf(old), ...timesOf(old), modified: context.now() };
    context.snapshot.finish(finished);
    return finished;
  }
}

/** @param skipProvider the resource is only forgotten: it is to be retained, or goes with what held it. */
export function deleteStep(
  context: StepContext,
  provider: MaybeProvider,
  old: ResourceState,
  options: { replaced: boolean; skipProvider?: boolean; pendingReplacement?: boolean },
): Step {
  return step(options.replaced ? "delete-replaced" : "delete", old, undefined, {}, async () => {
    if (old.protect === true && !options.replaced) throw new Error(describeProtected(old.urn));
    if (context.preview) {
      goes();
      return undefined;
    }
    const finished = context.snapshot.begin(old, "deleting");
    try {
      if (provider !== undefined && options.skipProvider !== true) await provider.delete(revealedState(old));
      goes();
      return undefined;
    } finally {
      finished();
      context.snapshot.write();
    }
  });

  function goes(): void {
    if (options.pendingReplacement === true)
      context.snapshot.replace(old, { ...old, pendingReplacement: true });
    else context.snapshot.remove(old);
  }
}

function describeProtected(urn: string): string {
  return (
    `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the ` +
    "`protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n" +
    `\`pulumi state unprotect '${urn}'\``
  );
}

/** The state as a provider that takes no secrets may see it. */
export function revealedState(state: ResourceState): ResourceState {
  return { ...state, inputs: revealedMap(state.inputs), outputs: revealedMap(state.outputs) };
}

/** Outputs from a provider, with what must be secret marked again. */
function remarked(outputs: PropertyMap, declared: ResourceState): PropertyMap {
  return markedByName(markedLike(outputs, declared.inputs), declared.additionalSecretOutputs ?? []);
}

function previewOutputs(provider: MaybeProvider, declared: ResourceState): PropertyMap {
  if (!declared.custom) return {};
  if (provider === undefined) return declared.inputs;
  return remarked(provider.previewCreate(declared.urn, revealedMap(declared.inputs)), declared);
}

function failedPartly(declared: ResourceState, failure: PartialFailure): ResourceState {
  return {
    ...declared,
    id: failure.id,
    outputs: remarked(failure.outputs, declared),
    initErrors: failure.reasons,
  };
}

function idOf(state: ResourceState): { id?: string } {
  return state.id === undefined ? {} : { id: state.id };
}

function timesOf(state: ResourceState): { created?: string; modified?: string } {
  return {
    ...(state.created === undefined ? {} : { created: state.created }),
    ...(state.modified === undefined ? {} : { modified: state.modified }),
  };
}

function step(
  op: StepOp,
  old: ResourceState | undefined,
  declared: ResourceState | undefined,
  details: StepDetails,
  apply: Step["apply"],
): Step {
  const resource = declared ?? old;
  return {
    op,
    urn: resource?.urn ?? "",
    type: resource?.type ?? "",
    old,
    new: declared,
    diffs: details.diffs ?? [],
    detailedDiff: details.detailedDiff,
    logical: op !== "create-replacement" && op !== "delete-replaced",
    apply,
  };
}
