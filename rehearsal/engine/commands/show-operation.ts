import type { Flags } from "../command-line";
import { DiffDisplay } from "../display/diff-display";
import { eventLogSink } from "../display/engine-events";
import { openEventLog } from "../display/event-log";
import { JsonPreview } from "../display/json-preview";
import { ProgressDisplay } from "../display/progress-display";
import { CommandError } from "../errors";
import type { Launch } from "../operations/launch";
import { runOperation, type OperationRequest, type OperationResult } from "../operations/operation";
import type { StackPlace } from "../operations/session";
import type { StackConfig } from "../project/stack-config";
import { Mask } from "../secrets/mask";
import type { EventSink } from "../steps/operation-event";
import { isSet, textOf } from "./flags";

/** Runs an operation, with its story on standard output and, where asked for, in an event log.
 *  @throws CommandError when it cannot even begin. */
export async function showOperation(
  place: StackPlace,
  request: OperationRequest,
  launched: Launch,
  flags: Flags,
): Promise<OperationResult> {
  const mask = new Mask();
  const connectDisplay = chooseDisplay(place, request, mask, flags);
  const target = textOf(flags["eventLog"]);
  if (target === undefined) return runOperation(place, request, launched, mask, connectDisplay);
  const log = openEventLog(target);
  try {
    return await runOperation(place, request, launched, mask, (config) => {
      const display = connectDisplay(config);
      const logged = eventLogSink(log, { preview: request.preview, config, mask });
      return (event) => {
        display(event);
        logged(event);
      };
    });
  } finally {
    await log.close();
  }
}

const titles: Record<OperationRequest["kind"], { preview: string; run: string }> = {
  update: { preview: "Previewing update", run: "Updating" },
  refresh: { preview: "Previewing refresh", run: "Refreshing" },
  destroy: { preview: "Previewing destroy", run: "Destroying" },
};

function chooseDisplay(
  place: StackPlace,
  { preview, kind }: OperationRequest,
  mask: Mask,
  flags: Flags,
): (config: StackConfig) => EventSink {
  const options = {
    title: titles[kind][preview ? "preview" : "run"],
    stack: place.stack.name,
    project: place.project.name,
    preview,
    mask,
    suppressOutputs: isSet(flags["suppressOutputs"]),
    debug: isSet(flags["debug"]),
    write: (text: string) => process.stdout.write(text),
  };
  if (isSet(flags["json"])) {
    if (!preview) throw new CommandError("embedded engine: --json is for previews only");
    return (config) => new JsonPreview({ ...options, config }).sink;
  }
  return () => (isSet(flags["diff"]) ? new DiffDisplay(options) : new ProgressDisplay(options)).sink;
}
