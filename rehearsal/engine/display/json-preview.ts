import { isDefaultProvider, type ResourceState } from "../checkpoint/resource-state";
import type { StackConfig } from "../project/stack-config";
import type { Mask } from "../secrets/mask";
import type { Diagnostic, EventSink, StepReport, Summary } from "../steps/operation-event";
import { isMap, isSecret, mapValues, type PropertyValue } from "../values/property-value";
import { visibleConfig } from "./engine-events";

/** `pulumi preview --json`: one document when everything is known.
 *  @source pkg/backend/display/json.go */
export class JsonPreview {
  private readonly steps: object[] = [];
  private readonly diagnostics: object[] = [];

  constructor(private readonly options: { mask: Mask; config: StackConfig; write: (text: string) => void }) {}

  readonly sink: EventSink = (event) => {
    if (event.kind === "pre" && !isDefaultProvider(event.step.urn))
      this.steps.push(this.describeStep(event.step));
    else if (event.kind === "diagnostic") this.addDiagnostic(event.diagnostic);
    else if (event.kind === "summary") this.conclude(event.summary);
  };

  private describeStep(step: StepReport): object {
    const { op, urn, old, diffs, detailedDiff } = step;
    const provider = (step.new ?? old)?.provider;
    return {
      op,
      urn,
      ...(provider === undefined ? {} : { provider }),
      ...(old === undefined ? {} : { oldState: this.describeState(old) }),
      ...(step.new === undefined ? {} : { newState: this.describeState(step.new) }),
      ...(diffs.length === 0 ? {} : { diffReasons: diffs }),
      detailedDiff: detailedDiff ?? null,
    };
  }

  private describeState(state: ResourceState): object {
    return {
      ...state,
      id: this.options.mask.text(state.id ?? ""),
      inputs: this.veiled(state.inputs),
      outputs: this.veiled(state.outputs),
    };
  }

  private veiled(value: PropertyValue): PropertyValue {
    if (isSecret(value)) return "[secret]";
    if (Array.isArray(value)) return value.map((inner) => this.veiled(inner));
    if (isMap(value)) return mapValues(value, (inner) => this.veiled(inner));
    return typeof value === "string" ? this.options.mask.text(value) : value;
  }

  private addDiagnostic({ urn, severity, message, ephemeral }: Diagnostic): void {
    if (ephemeral || severity === "debug") return;
    this.diagnostics.push({
      ...(urn === "" ? {} : { urn }),
      message: this.options.mask.text(message),
      severity,
    });
  }

  private conclude({ changes, durationMs }: Summary): void {
    const { config, mask, write } = this.options;
    const document = {
      config: visibleConfig(config, mask),
      steps: this.steps,
      ...(this.diagnostics.length === 0 ? {} : { diagnostics: this.diagnostics }),
      // Go counts durations in nanoseconds.
      duration: durationMs * 1_000_000,
      changeSummary: changes,
    };
    write(`${JSON.stringify(document, null, 4)}\n`);
  }
}
