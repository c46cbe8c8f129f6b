import type { Flags } from "../command-line";
import { stackType } from "../checkpoint/resource-state";
import { readState } from "../checkpoint/stack-state";
import { CommandError } from "../errors";
import { openStack, type StackPlace } from "../operations/session";
import { sortedJson } from "../project/stack-config";
import { isMap, isSecret, revealed, type PropertyMap, type PropertyValue } from "../values/property-value";
import { isSet } from "./flags";
import { print, printTable } from "./output";

/** `pulumi stack output`: all outputs, or one. Secrets are veiled unless they are asked for. */
export async function showOutputs(flags: Flags, [name]: readonly string[]): Promise<void> {
  const outputs = await readOutputs(openStack(flags), isSet(flags["showSecrets"]));
  if (name !== undefined) {
    const value = outputs[name];
    if (value === undefined) throw new CommandError(`current stack does not have output property '${name}'`);
    print(isSet(flags["json"]) ? sortedJson(value, 2) : plainText(value));
    return;
  }
  if (isSet(flags["json"])) {
    print(sortedJson(outputs, 2));
    return;
  }
  printOutputs(outputs);
}

/** A stack's outputs as a table. */
export function printOutputs(outputs: PropertyMap): void {
  const names = Object.keys(outputs).sort();
  print(`Current stack outputs (${String(names.length)}):`);
  if (names.length === 0) print("    No output values currently in this stack");
  else
    printTable([
      ["    OUTPUT", "VALUE"],
      ...names.map((key) => [`    ${key}`, plainText(outputs[key] ?? null)]),
    ]);
}

/** A stack's outputs by name. */
export async function readOutputs(place: StackPlace, showSecrets: boolean): Promise<PropertyMap> {
  const latest = place.backend.readCheckpoint(place.stack).latest;
  const root = latest?.resources?.find(({ type }) => type === stackType);
  if (latest === undefined || root === undefined) return {};
  if (!showSecrets) return veiled(root.outputs ?? {}) as PropertyMap;
  const state = await readState({ ...latest, resources: [root], pending_operations: [] });
  return revealed(state.resources[0]?.outputs ?? {}) as PropertyMap;
}

/** Veils secrets without decrypting them first. */
function veiled(value: PropertyValue): PropertyValue {
  if (isSecret(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(veiled);
  return isMap(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, veiled(inner)]))
    : value;
}

function plainText(value: PropertyValue): string {
  return typeof value === "string" ? value : sortedJson(value);
}
