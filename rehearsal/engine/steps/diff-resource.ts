import type { ResourceState } from "../checkpoint/resource-state";
import type { DiffResult, Provider } from "../provider/provider";
import { diffMaps } from "../values/property-diff";
import { covers, parsePropertyPath } from "../values/property-path";
import { providerKey, revealedMap, type PropertyMap } from "../values/property-value";
import { revealedState } from "./step";

/** Whether, and how, a resource differs from its declaration. */
export interface Difference {
  changed: boolean;
  replace: boolean;
  deleteBeforeReplace: boolean;
  diffs: readonly string[];
  detailedDiff: DiffResult["detailedDiff"];
}

const noDifference: Difference = {
  changed: false,
  replace: false,
  deleteBeforeReplace: false,
  diffs: [],
  detailedDiff: undefined,
};

/** Components have no provider: their inputs are compared. */
export async function diffResource(
  provider: Provider | undefined,
  old: ResourceState,
  inputs: PropertyMap,
  replaceOnChanges: readonly string[],
): Promise<Difference> {
  if (provider === undefined) {
    return { ...noDifference, changed: diffMaps(old.inputs, inputs) !== undefined };
  }
  const result = await askForDiff(provider, old, inputs);
  const hasInitErrors = (old.initErrors ?? []).length > 0;
  // A resource that was left half done is tried again, whatever its provider thinks of its inputs.
  const changed = result.changes === "some" || hasInitErrors;
  if (!changed) return noDifference;
  const patterns = replaceOnChanges.map(parsePropertyPath);
  const changedKeys = [...result.changed, ...(hasInitErrors ? ["#initerror"] : [])];
  const replaced = changedKeys.filter((key) => patterns.some((pattern) => covers(pattern, [key])));
  return {
    changed,
    replace: (result.changes === "some" && result.replaces.length > 0) || replaced.length > 0,
    deleteBeforeReplace: result.deleteBeforeReplace,
    diffs: result.changed,
    detailedDiff: result.detailedDiff,
  };
}

/** The provider's answer; where it does not know, inputs are compared. */
export async function askForDiff(
  provider: Provider,
  old: ResourceState,
  inputs: PropertyMap,
): Promise<DiffResult> {
  const answer = await provider.diff(revealedState(old), revealedMap(inputs));
  return answer.changes === "unknown" ? { ...answer, ...comparedInputs(old, inputs) } : answer;
}

function comparedInputs(old: ResourceState, inputs: PropertyMap): Pick<DiffResult, "changes" | "changed"> {
  const diff = diffMaps(old.inputs, inputs);
  // The provider's own text counts here: a new one may well behave differently.
  const provider = old.inputs[providerKey] === inputs[providerKey] ? [] : [providerKey];
  const changed = [
    ...(diff === undefined ? [] : [...diff.adds, ...diff.deletes, ...diff.updates]),
    ...provider,
  ];
  return { changes: changed.length > 0 ? "some" : "none", changed };
}
