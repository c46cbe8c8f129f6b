import type { ResourceState } from "../checkpoint/resource-state";
import type { StackConfig } from "../project/stack-config";
import type { Mask } from "../secrets/mask";
import type { Diagnostic, EventSink, OperationEvent, StepReport } from "../steps/operation-event";
import type { EventLog } from "./event-log";
import { diagnosticPrefix } from "./row";

/** Writes what happens in the form that the CLI's event log has (and the Automation API hands on).
 *  @source sdk/go/common/apitype/events.go */
export function eventLogSink(
  log: EventLog,
  options: { preview: boolean; config: StackConfig; mask: Mask },
): EventSink {
  let sequence = 0;
  return (event) => {
    for (const body of bodiesOf(event, options)) {
      log.write({ sequence: sequence++, timestamp: Math.floor(Date.now() / 1000), ...body });
    }
  };
}

function bodiesOf(
  event: OperationEvent,
  options: { preview: boolean; config: StackConfig; mask: Mask },
): object[] {
  const { preview, mask } = options;
  const planning = preview ? { planning: true } : {};
  switch (event.kind) {
    case "prelude":
      return [{ preludeEvent: { config: visibleConfig(options.config, mask) } }];
    case "pre":
      return [{ resourcePreEvent: { metadata: metadataOf(event.step, mask), ...planning } }];
    case "outputs":
      return [{ resOutputsEvent: { metadata: metadataOf(event.step, mask), ...planning } }];
    case "failed":
      return [
        {
          resOpFailedEvent: {
            metadata: metadataOf(event.step, mask),
            status: event.changedOutside ? 1 : 2,
            steps: event.stepsDone,
          },
        },
      ];
    case "diagnostic":
      return [{ diagnosticEvent: diagnosticOf(event.diagnostic, mask) }];
    case "summary": {
      const { succeeded, maybeCorrupt, durationMs, changes } = event.summary;
      const summaryEvent = {
        maybeCorrupt,
        durationSeconds: Math.ceil(durationMs / 1000),
        resourceChanges: changes,
        PolicyPacks: {},
        isPreview: preview,
        result: succeeded ? "succeeded" : "failed",
      };
      return [{ summaryEvent }, { cancelEvent: {} }];
    }
  }
}

/** A stack's config with its secrets veiled. */
export function visibleConfig(config: StackConfig, mask: Mask): Record<string, string> {
  return Object.fromEntries([...config].map(([key, { shown }]) => [key, mask.text(shown)]));
}

function metadataOf(step: StepReport, mask: Mask): object {
  const { op, urn, type, old, diffs, detailedDiff, logical } = step;
  return {
    op,
    urn,
    type,
    old: stateOf(old, mask),
    new: stateOf(step.new, mask),
    ...(diffs.length === 0 ? {} : { diffs }),
    detailedDiff: detailedDiff ?? null,
    ...(logical ? { logical: true } : {}),
    provider: (step.new ?? old)?.provider ?? "",
  };
}

function stateOf(state: ResourceState | undefined, mask: Mask): object | null {
  if (state === undefined) return null;
  return {
    type: state.type,
    urn: state.urn,
    ...(state.custom ? { custom: true } : {}),
    ...(state.delete === true ? { delete: true } : {}),
    id: mask.text(state.id ?? ""),
    parent: state.parent ?? "",
    ...(state.protect === true ? { protect: true } : {}),
    ...(state.retainOnDelete === true ? { retainOnDelete: true } : {}),
    inputs: mask.map(state.inputs),
    outputs: mask.map(state.outputs),
    ...((state.initErrors ?? []).length > 0
      ? { initErrors: state.initErrors?.map((error) => mask.text(error)) }
      : {}),
    provider: state.provider ?? "",
  };
}

function diagnosticOf(diagnostic: Diagnostic, mask: Mask): object {
  const { urn, severity, message, ephemeral } = diagnostic;
  const prefix = diagnosticPrefix(severity);
  return {
    ...(urn === "" ? {} : { urn }),
    ...(prefix === "" ? {} : { prefix }),
    message: `${mask.text(message).replace(ansiCodes, "")}\n`,
    color: "never",
    severity,
    ...(ephemeral ? { ephemeral } : {}),
  };
}

const ansiCodes = /\u001b\[[0-9;]*[A-Za-z]/g;
