import {
  isDefaultProvider,
  isProviderType,
  providerUrnOf,
  splitUrn,
  type ResourceState,
} from "../checkpoint/resource-state";
import type { Goal } from "../monitor/goal";
import type { ProviderRegistry } from "../provider/registry";
import { parsePropertyPath, withValueAt } from "../values/property-path";
import {
  containsUnknown,
  markedLike,
  revealed,
  revealedMap,
  unknownValue,
  type PropertyMap,
} from "../values/property-value";
import { dependentsOf } from "./delete-order";
import { diffResource, type Difference } from "./diff-resource";
import { describeProviderError, ResourceRefusal } from "./refusal";
import {
  createStep,
  deleteStep,
  replaceStep,
  sameStep,
  updateStep,
  type MaybeProvider,
  type Step,
  type StepContext,
} from "./step";
import { aliasUrns, createUrn, type UrnPlace } from "./urn";

/** Decides what a declaration means for one resource. Asks providers, changes nothing outside.
 *  One declaration at a time: decisions look at what earlier ones did. */
export class Planner {
  /** URN → the URN under which the resource stood before. */
  private readonly renamed = new Map<string, string>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly place: UrnPlace,
    private readonly context: StepContext,
    private readonly providers: ProviderRegistry,
  ) {}

  /** @param providerReference of a custom resource that is no provider itself.
   *  @throws ResourceRefusal when the resource cannot be as declared. */
  async plan(goal: Goal, providerReference: string | undefined): Promise<Step[]> {
    const urn = createUrn(this.place, goal.parent, goal.type, goal.name);
    if (this.seen.has(urn)) {
      throw new ResourceRefusal(urn, [`Duplicate resource URN '${urn}'; try giving it a unique name`]);
    }
    this.seen.add(urn);
    const old = this.findOld(urn, goal);
    const provider = goal.custom ? this.providers.find(goal.type) : undefined;
    try {
      const declared = await this.check(declare(urn, goal, providerReference), old, provider);
      if (old === undefined) return [createStep(this.context, provider, declared)];
      return await this.planChange(old, declared, goal, provider);
    } catch (error) {
      throw error instanceof ResourceRefusal
        ? error
        : new ResourceRefusal(urn, [describeProviderError(error)]);
    }
  }

  private findOld(urn: string, goal: Goal): ResourceState | undefined {
    const { snapshot } = this.context;
    const candidates = aliasUrns(this.place, goal, this.renamed.get(goal.parent));
    const found = [urn, ...candidates].find((candidate) => snapshot.findOld(candidate) !== undefined);
    if (found !== undefined && found !== urn) {
      this.renamed.set(urn, found);
      snapshot.rename(found, urn);
    }
    return snapshot.findOld(urn);
  }

  private async check(
    declared: ResourceState,
    old: ResourceState | undefined,
    provider: MaybeProvider,
  ): Promise<ResourceState> {
    const inputs = ignoringChanges(declared, old);
    if (provider === undefined) return { ...declared, inputs };
    const answer = await provider.check(declared.urn, revealedMap(old?.inputs ?? {}), revealedMap(inputs));
    const checked = { ...declared, inputs: markedLike(answer.inputs, inputs) };
    if (answer.failures.length === 0) return checked;
    throw new ResourceRefusal(
      declared.urn,
      answer.failures.map((failure) => describeFailure(checked, failure)),
    );
  }

  private async planChange(
    old: ResourceState,
    declared: ResourceState,
    goal: Goal,
    provider: MaybeProvider,
  ): Promise<Step[]> {
    if (old.pendingReplacement === true) return this.planRecreation(old, declared, provider);
    const difference = providerChanged(old, declared)
      ? { ...replaceBecauseOf("provider"), deleteBeforeReplace: false }
      : await diffResource(provider, old, declared.inputs, goal.replaceOnChanges);
    if (!difference.changed) return [sameStep(this.context, old, declared)];
    if (!difference.replace) return [updateStep(this.context, provider, old, declared, difference)];
    if (old.protect === true && declared.protect === true)
      throw new ResourceRefusal(declared.urn, [describeProtected(declared.urn)]);
    return (goal.deleteBeforeReplace ?? difference.deleteBeforeReplace)
      ? this.planDeleteFirst(old, declared, provider, difference)
      : this.planCreateFirst(old, declared, provider, difference);
  }

  private planCreateFirst(
    old: ResourceState,
    declared: ResourceState,
    provider: MaybeProvider,
    difference: Difference,
  ): Step[] {
    return [
      createStep(this.context, provider, declared, { old, details: difference, pendingDelete: true }),
      this.replacement(old, declared, difference),
    ];
  }

  private async planDeleteFirst(
    old: ResourceState,
    declared: ResourceState,
    provider: MaybeProvider,
    difference: Difference,
  ): Promise<Step[]> {
    const dependents = await this.dependentsToReplace(old);
    const guarded = dependents.find((dependent) => dependent.protect === true);
    if (guarded !== undefined) throw new ResourceRefusal(declared.urn, [describeProtected(guarded.urn)]);
    const deletions = [...dependents.reverse(), old].map((state) =>
      deleteStep(this.context, this.providers.find(state.type), state, {
        replaced: true,
        pendingReplacement: true,
        skipProvider: state.retainOnDelete === true,
      }),
    );
    return [
      ...deletions,
      this.replacement(old, declared, difference),
      createStep(this.context, provider, declared, { old, details: difference, pendingDelete: false }),
    ];
  }

  /** The old one is gone already: it was deleted before its replacement, in this run or in one that did not end. */
  private planRecreation(old: ResourceState, declared: ResourceState, provider: MaybeProvider): Step[] {
    const details = { diffs: [], detailedDiff: undefined };
    return [
      this.replacement(old, declared, details),
      createStep(this.context, provider, declared, { old, details, pendingDelete: false }),
    ];
  }

  private replacement(
    old: ResourceState,
    declared: ResourceState,
    details: Pick<Difference, "diffs" | "detailedDiff">,
  ): Step {
    return replaceStep(old, declared, details, () => this.context.snapshot.findFinished(declared.urn));
  }

  /** What has to go before `old` can: everything that would be replaced if what it takes from `old` changed. */
  private async dependentsToReplace(old: ResourceState): Promise<ResourceState[]> {
    const replaced = new Set([old.urn]);
    const chosen: ResourceState[] = [];
    for (const state of dependentsOf(old.urn, this.context.snapshot.unvisited)) {
      if (!state.custom || state.delete === true) continue;
      const provider = this.providers.find(state.type);
      const inputs = withUnknown(state, replaced);
      const mustGo =
        (state.provider !== undefined && replaced.has(providerUrnOf(state.provider))) ||
        (inputs !== undefined &&
          (await diffResource(provider, state, inputs, state.replaceOnChanges ?? [])).replace);
      if (!mustGo) continue;
      replaced.add(state.urn);
      chosen.push(state);
    }
    return chosen;
  }
}

/** A declaration in the form of a state, not yet checked. */
function declare(urn: string, goal: Goal, provider: string | undefined): ResourceState {
  return {
    urn,
    custom: goal.custom,
    type: goal.type,
    inputs: goal.inputs,
    outputs: {},
    parent: goal.parent,
    protect: goal.protect,
    dependencies: goal.dependencies,
    ...(provider === undefined ? {} : { provider }),
    propertyDependencies: goal.propertyDependencies,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    customTimeouts: goal.customTimeouts,
    retainOnDelete: goal.retainOnDelete,
    deletedWith: goal.deletedWith,
    sourcePosition: goal.sourcePosition,
    stackTrace: goal.stackTrace,
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
  };
}

function ignoringChanges(declared: ResourceState, old: ResourceState | undefined): PropertyMap {
  if (old === undefined) return declared.inputs;
  return (declared.ignoreChanges ?? []).reduce(
    (inputs, path) => withValueAt(inputs, old.inputs, parsePropertyPath(path)),
    declared.inputs,
  );
}

function describeFailure(checked: ResourceState, failure: { property: string; reason: string }): string {
  const subject = `${checked.type} resource '${splitUrn(checked.urn)[3]}'`;
  if (failure.property === "") return `${subject} has a problem: ${failure.reason}`;
  const value = revealed(checked.inputs[failure.property] ?? null);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `${subject}: property ${failure.property} value {${text}} has a problem: ${failure.reason}`;
}

function describeProtected(urn: string): string {
  return (
    `unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, ` +
    "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
  );
}

/** Default providers follow the program's packages; a resource does not notice. */
function providerChanged(old: ResourceState, declared: ResourceState): boolean {
  if (isProviderType(declared.type) || old.provider === declared.provider) return false;
  const [before, now] = [old.provider ?? "", declared.provider ?? ""].map(providerUrnOf);
  return !(isDefaultProvider(before ?? "") && isDefaultProvider(now ?? ""));
}

function replaceBecauseOf(property: string): Difference {
  return {
    changed: true,
    replace: true,
    deleteBeforeReplace: false,
    diffs: [property],
    detailedDiff: undefined,
  };
}

/** The inputs with everything that comes from `urns` unknown; undefined when nothing does. */
function withUnknown(state: ResourceState, urns: ReadonlySet<string>): PropertyMap | undefined {
  const entries = Object.entries(state.inputs).map(([key, value]): [string, typeof value] => [
    key,
    (state.propertyDependencies?.[key] ?? []).some((urn) => urns.has(urn)) ? unknownValue : value,
  ]);
  const inputs = Object.fromEntries(entries);
  return containsUnknown(inputs) ? inputs : undefined;
}
