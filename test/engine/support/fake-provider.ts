import type { ResourceState } from "../../../rehearsal/engine/checkpoint/resource-state";
import type {
  CheckResult,
  DiffResult,
  Provider,
  ReadResult,
} from "../../../rehearsal/engine/provider/provider";
import type { PropertyMap } from "../../../rehearsal/engine/values/property-value";

/** A provider that writes down what it is asked, and does as a test says. */
export class FakeProvider implements Provider {
  /** What was called, as `verb name`. */
  readonly calls: string[] = [];
  behaviour: Partial<Provider> = {};

  async check(urn: string, before: PropertyMap, inputs: PropertyMap): Promise<CheckResult> {
    return this.behaviour.check?.(urn, before, inputs) ?? { inputs, failures: [] };
  }

  async diff(old: ResourceState, inputs: PropertyMap): Promise<DiffResult> {
    return this.behaviour.diff?.(old, inputs) ?? unknownDiff;
  }

  previewCreate(_urn: string, inputs: PropertyMap): PropertyMap {
    return inputs;
  }

  previewUpdate(_old: ResourceState, inputs: PropertyMap): PropertyMap {
    return inputs;
  }

  async create(urn: string, inputs: PropertyMap): Promise<{ id: string; outputs: PropertyMap }> {
    this.note("create", urn);
    return (
      this.behaviour.create?.(urn, inputs) ?? { id: `id-${nameOf(urn)}`, outputs: { ...inputs, made: true } }
    );
  }

  async update(old: ResourceState, inputs: PropertyMap): Promise<PropertyMap> {
    this.note("update", old.urn);
    return this.behaviour.update?.(old, inputs) ?? { ...inputs, made: true };
  }

  async delete(old: ResourceState): Promise<void> {
    this.note("delete", old.urn);
    await this.behaviour.delete?.(old);
  }

  async read(old: ResourceState): Promise<ReadResult | undefined> {
    this.note("read", old.urn);
    return this.behaviour.read === undefined
      ? { id: old.id ?? "", outputs: old.outputs }
      : this.behaviour.read(old);
  }

  cancel(): void {
    this.calls.push("cancel");
  }

  private note(verb: string, urn: string): void {
    this.calls.push(`${verb} ${nameOf(urn)}`);
  }
}

const unknownDiff: DiffResult = {
  changes: "unknown",
  replaces: [],
  changed: [],
  deleteBeforeReplace: false,
};

/** A diff that replaces whenever one of these inputs changed. */
export function replacedBy(...keys: string[]): NonNullable<Partial<Provider>["diff"]> {
  return async (old, inputs) => {
    const changed = Object.keys({ ...old.inputs, ...inputs }).filter(
      (key) => JSON.stringify(old.inputs[key]) !== JSON.stringify(inputs[key]),
    );
    return {
      ...unknownDiff,
      changes: changed.length > 0 ? "some" : "none",
      replaces: changed.filter((key) => keys.includes(key)),
      changed,
    };
  };
}

export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}
