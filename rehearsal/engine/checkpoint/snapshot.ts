import type { OperationType } from "./checkpoint-file";
import type { ResourceState } from "./resource-state";
import type { PendingOperation, StackState } from "./stack-state";

/** The state of a stack while it changes, saved after every step.
 *
 *  Order: first what this run has finished, as it finished, then what it has not come to, in the old order. A resource
 *  finishes after everything it needs, so the state is valid at any moment, even where edges have turned round. */
export class Snapshot {
  private readonly finished: ResourceState[] = [];
  private remaining: ResourceState[];
  private readonly operations = new Set<PendingOperation>();
  private readonly interrupted: readonly PendingOperation[];

  /** @param save writes a state down before it returns. */
  constructor(
    before: StackState,
    private readonly save: (state: StackState) => void,
  ) {
    this.remaining = [...before.resources];
    // Only a creation may have left something outside that no state knows; the rest is simply done again.
    this.interrupted = before.pendingOperations.filter(({ type }) => type === "creating");
  }

  get state(): StackState {
    return {
      resources: [...this.finished, ...this.remaining],
      pendingOperations: [...this.interrupted, ...this.operations],
    };
  }

  /** What this run has not come to yet, in the old order. */
  get unvisited(): readonly ResourceState[] {
    return this.remaining;
  }

  /** The resource of an earlier run with this URN, unless it only waits to be deleted. */
  findOld(urn: string): ResourceState | undefined {
    return this.remaining.find((state) => state.urn === urn && state.delete !== true);
  }

  /** The resource with this URN as this run has made it. */
  findFinished(urn: string): ResourceState | undefined {
    return this.finished.find((state) => state.urn === urn);
  }

  /** Says that a step begins.
   *  @returns what takes that back; the caller writes afterwards. */
  begin(resource: ResourceState, type: OperationType): () => void {
    const operation = { resource, type };
    this.operations.add(operation);
    this.write();
    return () => {
      this.operations.delete(operation);
    };
  }

  /** Puts in a resource of this run, in the place of the old one of the same URN. */
  finish(state: ResourceState): void {
    const old = this.findOld(state.urn);
    if (old !== undefined) this.remove(old);
    this.finished.push(state);
  }

  /** Changes a resource where it stands. */
  replace(before: ResourceState, after: ResourceState): void {
    for (const list of [this.finished, this.remaining]) {
      const index = list.indexOf(before);
      if (index >= 0) list[index] = after;
    }
  }

  remove(state: ResourceState): void {
    for (const list of [this.finished, this.remaining]) {
      const index = list.indexOf(state);
      if (index >= 0) list.splice(index, 1);
    }
  }

  /** Gives an old resource its new name, also where others refer to it. */
  rename(from: string, to: string): void {
    const now = (urn: string): string => (urn === from ? to : urn);
    this.remaining = this.remaining.map((state) => withRenamed(state, from, now));
  }

  /** Takes away references to resources that are no longer there. */
  dropDangling(): void {
    const known = new Set(this.state.resources.map(({ urn }) => urn));
    const isKnown = (urn: string): boolean => known.has(urn);
    this.remaining = this.remaining.map(
      ({ dependencies = [], propertyDependencies = {}, deletedWith, ...state }) => ({
        ...state,
        dependencies: dependencies.filter(isKnown),
        propertyDependencies: Object.fromEntries(
          Object.entries(propertyDependencies).map(([key, urns]) => [key, urns.filter(isKnown)]),
        ),
        ...(deletedWith !== undefined && isKnown(deletedWith) ? { deletedWith } : {}),
      }),
    );
  }

  write(): void {
    this.save(this.state);
  }
}

function withRenamed(state: ResourceState, from: string, now: (urn: string) => string): ResourceState {
  if (!JSON.stringify({ ...state, inputs: {}, outputs: {} }).includes(from)) return state;
  const { parent, provider, dependencies, propertyDependencies, deletedWith } = state;
  return {
    ...state,
    urn: now(state.urn),
    ...(parent === undefined ? {} : { parent: now(parent) }),
    ...(provider === undefined ? {} : { provider: provider.replace(`${from}::`, `${now(from)}::`) }),
    ...(deletedWith === undefined ? {} : { deletedWith: now(deletedWith) }),
    ...(dependencies === undefined ? {} : { dependencies: dependencies.map(now) }),
    ...(propertyDependencies === undefined
      ? {}
      : {
          propertyDependencies: Object.fromEntries(
            Object.entries(propertyDependencies).map(([key, urns]) => [key, urns.map(now)]),
          ),
        }),
  };
}
