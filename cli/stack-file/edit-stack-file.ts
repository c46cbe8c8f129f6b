import { isDeepStrictEqual } from "node:util";

import type { Phase } from "../../components/config";
import { RolloutError } from "../../components/errors";
import { putInMap, putInConfig, removeFromConfig } from "./edit-map";
import { addToList } from "./edit-list";
import { openStackFile, type OpenStackFile } from "./open-stack-file";

/** One change that a command makes to a stack file. */
export type StackFileEdit =
  | { kind: "phase"; phase: Phase }
  /** Puts flags on hold, besides those that are. */
  | { kind: "hold"; flags: readonly string[] }
  /** Takes the key `adopt` out. */
  | { kind: "no-adoption" }
  | { kind: "consent"; migration: string; signature: string }
  /** Takes the values of an earlier text of the file; secrets, consents and sign-offs stay as they are now. */
  | { kind: "config-of"; text: string };

/**
 * The stack file's text with the edits made: only lines that have to change do; comments, order, anchors, spacing and
 * line endings of all others stay.
 * @throws RolloutError STACK_FILE_EDIT when an edit would not mean exactly what it should; nothing is written then.
 */
export function editStackFile(text: string, project: string, edits: readonly StackFileEdit[]): string {
  return edits.reduce((current, edit) => {
    const after = apply(openStackFile(current, project), edit);
    const wanted = meaning(openStackFile(current, project).values(), edit, project);
    if (!isDeepStrictEqual(valuesOf(after, project), wanted)) throw notPossible(edit);
    return after;
  }, text);
}

/** Undefined where an edit would leave nothing readable behind. */
function valuesOf(text: string, project: string): Record<string, unknown> | undefined {
  try {
    return openStackFile(text, project).values();
  } catch {
    return undefined;
  }
}

function apply(file: OpenStackFile, edit: StackFileEdit): string {
  switch (edit.kind) {
    case "phase":
      return putInConfig(file, "phase", edit.phase);
    case "hold":
      return edit.flags.reduce(
        (text, flag) => addToList(openStackFile(text, file.project), "hold", flag),
        file.text,
      );
    case "no-adoption":
      return removeFromConfig(file, "adopt");
    case "consent":
      return putInMap(file, "acceptDataLoss", edit.migration, edit.signature);
    case "config-of":
      return takeConfig(file, openStackFile(edit.text, file.project));
  }
}

/**
 * Signatures stay as they are now when older config is taken back. A person gave each of them on a certain day: an older
 * file must neither revive one that was withdrawn nor withdraw one that was given since.
 */
const NEVER_TAKEN = ["acceptDataLoss", "acknowledged"];

function takeConfig(file: OpenStackFile, earlier: OpenStackFile): string {
  const then = earlier.values();
  const now = file.values();
  const keys = [...new Set([...Object.keys(then), ...Object.keys(now)])].filter((key) =>
    isTaken(key, then[key], now[key]),
  );
  return keys.reduce((text, key) => {
    const open = openStackFile(text, file.project);
    return key in then ? putInConfig(open, key, then[key]) : removeFromConfig(open, key);
  }, file.text);
}

function isTaken(key: string, then: unknown, now: unknown): boolean {
  return !NEVER_TAKEN.includes(key) && !isSecret(then) && !isSecret(now) && !isDeepStrictEqual(then, now);
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

/** The values that a file has to have after an edit. */
function meaning(
  values: Record<string, unknown>,
  edit: StackFileEdit,
  project: string,
): Record<string, unknown> {
  const held = Array.isArray(values["hold"]) ? (values["hold"] as unknown[]) : [];
  switch (edit.kind) {
    case "phase":
      return { ...values, phase: edit.phase };
    case "hold":
      return {
        ...values,
        ...(edit.flags.length === 0
          ? {}
          : { hold: [...held, ...edit.flags.filter((flag) => !held.includes(flag))] }),
      };
    case "no-adoption":
      return without(values, "adopt");
    case "consent": {
      const given = values["acceptDataLoss"] as Record<string, unknown> | undefined;
      return { ...values, acceptDataLoss: { ...given, [edit.migration]: edit.signature } };
    }
    case "config-of": {
      const then = openStackFile(edit.text, project).values();
      const stay = (all: Record<string, unknown>, keep: boolean) =>
        Object.entries(all).filter(([key]) => isTaken(key, then[key], values[key]) !== keep);
      return Object.fromEntries([...stay(values, true), ...stay(then, false)]);
    }
  }
}

function without(values: Record<string, unknown>, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
}

function notPossible(edit: StackFileEdit): RolloutError {
  const what = {
    "no-adoption": "adopt",
    consent: "acceptDataLoss",
    "config-of": "config",
    phase: "phase",
    hold: "hold",
  }[edit.kind];
  return new RolloutError(
    "STACK_FILE_EDIT",
    `the stack file is written in a way that cannot be edited safely (${what}). Nothing was written. ` +
      `Next: change it by hand, then run \`pulumi preview\` and \`pulumi up\`.`,
  );
}
