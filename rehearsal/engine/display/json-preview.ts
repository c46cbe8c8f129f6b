import { stackType, type ResourceState } from "../checkpoint/resource-state";
import { withoutEmpty } from "../checkpoint/stack-state";
import type { StackConfig } from "../project/stack-config";
import type { Mask } from "../secrets/mask";
import type { Diagnostic, EventSink, StepReport, Summary } from "../steps/operation-event";
import { isMap, isSecret, mapValues, type PropertyMap, type PropertyValue } from "../values/property-value";
import { isShown } from "./diff-display";
import { visibleConfig } from "./engine-events";
import { diagnosticPrefix } from "./row";

/** `pulumi preview --json`: one document when everything is known.
 *  @source pkg/backend/display/json.go */
export class JsonPreview {
  private readonly steps = new Map<string, object>();
  private readonly diagnostics: object[] = [];

  constructor(
    private readonly options: {
      mask: Mask;
      config: StackConfig;
      suppressOutputs: boolean;
      write: (text: string) => void;
    },
  ) {}

  readonly sink: EventSink = (event) => {
    if (event.kind === "pre" && isShown(event.step)) this.add(event.step);
    // What a refresh found to be gone.
    else if (event.kind === "outputs" && event.step.op === "delete") this.add(event.step);
    else if (event.kind === "diagnostic") this.addDiagnostic(event.diagnostic);
    else if (event.kind === "summary") this.conclude(event.summary);
  };

  private add(step: StepReport): void {
    const { op, urn, old, diffs, detailedDiff } = step;
    const provider = (step.new ?? old)?.provider;
    this.steps.set(urn, {
      op,
      urn,
      ...(provider === undefined ? {} : { provider }),
      ...(old === undefined ? {} : { oldState: this.describeState(old) }),
      ...(step.new === undefined ? {} : { newState: this.describeState(step.new) }),
      ...(diffs.length === 0 ? {} : { diffReasons: diffs }),
      detailedDiff: detailedDiff ?? null,
    });
  }

  private describeState(state: ResourceState): object {
    const isSuppressed = this.options.suppressOutputs && state.type === stackType;
    return withoutEmpty({
      ...state,
      id: this.options.mask.text(state.id ?? ""),
      inputs: this.veiled(state.inputs) as PropertyMap,
      outputs: isSuppressed ? {} : (this.veiled(state.outputs) as PropertyMap),
    });
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
      message: `${diagnosticPrefix(severity)}${this.options.mask.text(message)}\n`,
      severity,
    });
  }

  private conclude({ changes, durationMs }: Summary): void {
    const { config, mask, write } = this.options;
    const document = {
      config: visibleConfig(config, mask),
      steps: [...this.steps.values()],
      ...(this.diagnostics.length === 0 ? {} : { diagnostics: this.diagnostics }),
      // Go counts durations in nanoseconds.
      duration: durationMs * 1_000_000,
      changeSummary: changes,
    };
    write(`${JSON.stringify(document, null, 4)}\n`);
  }
}
