import { cpus } from "node:os";
import type { Flags } from "../command-line";
import { eventLogSink } from "../display/engine-events";
import { openEventLog, type EventLog } from "../display/event-log";
import { DiffDisplay } from "../display/diff-display";
import { JsonPreview } from "../display/json-preview";
import { ProgressDisplay } from "../display/progress-display";
import { CommandError, exitCode } from "../errors";
import { runOperation, type OperationRequest, type OperationResult } from "../operations/operation";
import { openStack, type StackPlace } from "../operations/session";
import { isSet } from "./flags";
import { removeStack } from "./stack";
import type { StackConfig } from "../project/stack-config";
import { Mask } from "../secrets/mask";
import type { EventSink, StepOp } from "../steps/operation-event";

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
  const mask = new Mask();
  const logs: EventLog[] = [];
  const request: OperationRequest = {
    kind: name === "preview" || name === "up" ? "update" : name,
    preview,
    refresh: isSet(flags["refresh"]),
    clearPendingCreates: isSet(flags["clearPendingCreates"]),
    parallel: parallelOf(flags["parallel"]),
    message: typeof flags["message"] === "string" ? flags["message"] : "",
  };
  const display = openDisplay(place, name, request, mask, flags);
  try {
    return await runOperation(place, request, mask, (config) => {
      const sinks = [display.connect(config)];
      if (typeof flags["eventLog"] === "string") {
        const log = openEventLog(flags["eventLog"]);
        logs.push(log);
        sinks.push(eventLogSink(log, { preview, config, mask }));
      }
      return (event) => {
        for (const sink of sinks) sink(event);
      };
    });
  } finally {
    for (const log of logs) await log.close();
  }
}

const titles: Record<OperationRequest["kind"], [preview: string, run: string]> = {
  update: ["Previewing update", "Updating"],
  refresh: ["Previewing refresh", "Refreshing"],
  destroy: ["Previewing destroy", "Destroying"],
};

function openDisplay(
  place: StackPlace,
  name: OperationName,
  request: OperationRequest,
  mask: Mask,
  flags: Flags,
): { connect: (config: StackConfig) => EventSink } {
  const { preview, kind } = request;
  const options = {
    title: titles[kind][preview ? 0 : 1],
    stack: place.stack.name,
    project: place.project.name,
    preview,
    mask,
    suppressOutputs: isSet(flags["suppressOutputs"]),
    debug: isSet(flags["debug"]),
    write: (text: string) => process.stdout.write(text),
  };
  if (isSet(flags["json"])) {
    if (!preview)
      throw new CommandError(`embedded engine: --json is for previews only, not for \`pulumi ${name}\``);
    return { connect: (config) => new JsonPreview({ ...options, config }).sink };
  }
  if (isSet(flags["diff"])) {
    return { connect: () => new DiffDisplay(options).sink };
  }
  return { connect: () => new ProgressDisplay(options).sink };
}

function judge(result: OperationResult, name: OperationName, flags: Flags, isLast: boolean): number {
  if (!result.succeeded) return exitCode.failed;
  if (!isLast || !isSet(flags["expectNoChanges"]) || !hasChanges(result.changes)) return exitCode.done;
  const what = name === "up" ? "update" : name;
  process.stderr.write(`error: no changes were expected for ${what} but changes were proposed\n`);
  return exitCode.unexpectedChanges;
}

function hasChanges(changes: OperationResult["changes"]): boolean {
  return (Object.keys(changes) as StepOp[]).some(
    (op) => op !== "same" && op !== "refresh" && (changes[op] ?? 0) > 0,
  );
}

function afterDestroy(place: StackPlace, flags: Flags): void {
  const { name } = place.stack;
  if (isSet(flags["remove"])) {
    removeStack({ ...flags, yes: true }, [name]);
    return;
  }
  process.stdout.write(
    "The resources in the stack have been deleted, but the history and configuration associated with the stack are " +
      `still maintained. \nIf you want to remove the stack completely, run \`pulumi stack rm ${name}\`.\n`,
  );
}

function parallelOf(flag: Flags[string]): number {
  if (flag === undefined) return cpus().length * 4;
  const count = Number(flag);
  if (!Number.isInteger(count))
    throw new CommandError(`invalid argument "${String(flag)}" for "-p, --parallel" flag`);
  return Math.max(1, count);
}
