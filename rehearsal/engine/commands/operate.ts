import { createRequire } from "node:module";
import { cpus } from "node:os";
import type { Flags } from "../command-line";
import { CommandError, exitCode } from "../errors";
import { launch } from "../operations/launch";
import type { OperationRequest, OperationResult } from "../operations/operation";
import { removeStack } from "../operations/remove-stack";
import { openStack, type StackPlace } from "../operations/session";
import type { StepOp } from "../steps/operation-event";
import { isSet, textOf } from "./flags";
import { print } from "./output";

export type OperationName = "preview" | "up" | "refresh" | "destroy";

/** `pulumi preview`, `up`, `refresh` and `destroy`: previews first where the flags ask for it.
 *  @returns the exit code. */
export async function operate(name: OperationName, flags: Flags): Promise<number> {
  const place = openStack(flags);
  const onlyPreview = name === "preview" || isSet(flags["previewOnly"]);
  if (!onlyPreview && !isSet(flags["yes"]) && !isSet(flags["skipPreview"])) {
    throw new CommandError(
      "--yes or --skip-preview or --preview-only must be passed in to proceed when running in non-interactive mode",
      exitCode.usage,
    );
  }
  if (isSet(flags["skipPreview"]) && isSet(flags["previewOnly"])) {
    throw new CommandError("--skip-preview and --preview-only cannot be used together");
  }
  if (flags["client"] !== undefined) {
    throw new CommandError("embedded engine: inline programs of the Automation API are not supported");
  }
  process.stderr.write("embedded engine: for rehearsal and tests only\n");
  const passes = onlyPreview ? [true] : isSet(flags["skipPreview"]) ? [false] : [true, false];
  for (const preview of passes) {
    const result = await runOnce(place, name, preview, flags);
    const code = judge(result, name, flags, preview || passes.length === 1);
    if (code !== exitCode.done) return code;
  }
  if (name === "destroy" && !onlyPreview) afterDestroy(place, flags);
  return exitCode.done;
}

async function runOnce(
  place: StackPlace,
  name: OperationName,
  preview: boolean,
  flags: Flags,
): Promise<OperationResult> {
  const request: OperationRequest = {
    kind: name === "preview" || name === "up" ? "update" : name,
    preview,
    refresh: isSet(flags["refresh"]),
    clearPendingCreates: isSet(flags["clearPendingCreates"]),
    parallel: parallelOf(flags["parallel"]),
    message: textOf(flags["message"]) ?? "",
  };
  const launched = await launch(place, { program: request.kind === "update" });
  try {
    // The rest of the engine is loaded while the launched processes load theirs.
    const { showOperation } = lazily("./show-operation") as typeof import("./show-operation");
    return await showOperation(place, request, launched, flags);
  } finally {
    launched.end();
  }
}

const lazily = createRequire(__filename);

function judge(result: OperationResult, name: OperationName, flags: Flags, isLast: boolean): number {
  const what = name === "up" ? "update" : name;
  if (result.terminated) {
    process.stderr.write(`error: ${what} cancelled\n`);
    return exitCode.cancelled;
  }
  if (!result.succeeded) return exitCode.failed;
  if (!isLast || !isSet(flags["expectNoChanges"]) || !hasChanges(result.changes)) return exitCode.done;
  process.stderr.write(`error: no changes were expected for ${what} but changes were proposed\n`);
  return exitCode.unexpectedChanges;
}

function hasChanges(changes: OperationResult["changes"]): boolean {
  return (Object.keys(changes) as StepOp[]).some(
    (op) => op !== "same" && op !== "refresh" && (changes[op] ?? 0) > 0,
  );
}

function afterDestroy(place: StackPlace, flags: Flags): void {
  if (isSet(flags["remove"])) {
    removeStack(place, false);
    print("The resources in the stack have been deleted, and the history and configuration removed.");
    return;
  }
  print(
    "The resources in the stack have been deleted, but the history and configuration associated with the stack are " +
      `still maintained. \nIf you want to remove the stack completely, run \`pulumi stack rm ${place.stack.name}\`.`,
  );
}

function parallelOf(flag: Flags[string]): number {
  if (flag === undefined) return cpus().length * 4;
  const count = Number(flag);
  if (!Number.isInteger(count))
    throw new CommandError(`invalid argument "${String(flag)}" for "-p, --parallel" flag`);
  return Math.max(1, count);
}
