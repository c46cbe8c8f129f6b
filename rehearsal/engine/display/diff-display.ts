import { isDefaultProvider, providerUrnOf, splitUrn, stackType } from "../checkpoint/resource-state";
import type { Mask } from "../secrets/mask";
import type { EventSink, OperationEvent, StepReport } from "../steps/operation-event";
import { isEqual } from "../values/property-diff";
import type { PropertyMap } from "../values/property-value";
import { propertyLines } from "./property-tree";
import { diagnosticPrefix } from "./row";
import { stackOutputLines } from "./stack-outputs";
import { stepWords } from "./step-words";
import { summaryLines } from "./summary";

export interface DiffDisplayOptions {
  title: string;
  stack: string;
  preview: boolean;
  mask: Mask;
  suppressOutputs: boolean;
  write: (text: string) => void;
}

/** `--diff`: every property of what changes, resource by resource. Messages go to standard error.
 *  @source pkg/backend/display/diff.go */
export class DiffDisplay {
  private readonly seen = new Map<string, StepReport>();
  private failed = 0;

  constructor(private readonly options: DiffDisplayOptions) {}

  readonly sink: EventSink = (event) => {
    this.take(event);
  };

  private take(event: OperationEvent): void {
    const { title, stack, preview, mask } = this.options;
    switch (event.kind) {
      case "prelude":
        this.print(`${title} (${stack}):`);
        return;
      case "pre":
        this.seen.set(event.step.urn, event.step);
        if (isShown(event.step) && event.step.op !== "refresh") this.print(...this.describe(event.step));
        return;
      case "outputs":
        if (isShown(event.step)) this.print(...this.outcome(event.step));
        return;
      case "diagnostic": {
        const { severity, message, ephemeral } = event.diagnostic;
        if (ephemeral || severity === "debug") return;
        process.stderr.write(`${diagnosticPrefix(severity)}${mask.text(message)}\n`);
        return;
      }
      case "failed":
        this.failed += 1;
        return;
      case "summary":
        this.print(...summaryLines(event.summary, preview, this.failed));
    }
  }

  private describe(step: StepReport, side: "inputs" | "outputs" = "inputs"): string[] {
    const indent = this.indentOf(step);
    const header = this.header(step, indent);
    if (step.op === "same" || step.new === undefined) return header;
    const [before, after] = [step.old?.[side], step.new[side]].map(
      (map) => map && this.options.mask.map(map),
    );
    const onlyChanges = step.detailedDiff !== undefined;
    return [...header, ...propertyLines(before, after ?? {}, { indent: indent + 1, onlyChanges })];
  }

  private header(step: StepReport, indent: number): string[] {
    const { mask } = this.options;
    const place = "    ".repeat(indent);
    const id = step.old?.id ?? "";
    const provider = (step.new ?? step.old)?.provider ?? "";
    const hidesProvider = provider === "" || splitUrn(providerUrnOf(provider))[3] === "default";
    return [
      `${place}${stepWords[step.op].sign}${step.type}: (${step.op})`,
      ...(id === "" ? [] : [`${place}    [id=${mask.text(id)}]`]),
      `${place}    [urn=${step.urn}]`,
      ...(hidesProvider ? [] : [`${place}    [provider=${provider}]`]),
    ];
  }

  /** What came of a step: drift that a refresh found, the stack's outputs, and after an update every other output. */
  private outcome(step: StepReport): string[] {
    const { preview, suppressOutputs } = this.options;
    const isRefresh = this.seen.get(step.urn)?.op === "refresh";
    if (isRefresh && step.op === "update") return this.describe(step, "outputs");
    const indent = this.indentOf(step);
    const header = isRefresh && step.op !== "refresh" ? this.header(step, indent) : [];
    const isHidden = suppressOutputs || (preview && step.type !== stackType);
    const lines = isHidden ? [] : this.outputLines(step, indent + 1);
    return lines.length === 0 ? header : [...header, `${"    ".repeat(indent + 1)}--outputs:--`, ...lines];
  }

  private outputLines(step: StepReport, indent: number): string[] {
    if (step.new === undefined) return [];
    if (step.type === stackType) return stackOutputLines(step.old?.outputs, step.new.outputs, this.options);
    const { inputs, outputs } = step.new;
    // Inputs that came back as they were have been shown already.
    const isNews = (key: string): boolean => inputs[key] === undefined || !isEqual(inputs[key], outputs[key]);
    const news = (map: PropertyMap): PropertyMap =>
      this.options.mask.map(Object.fromEntries(Object.entries(map).filter(([key]) => isNews(key))));
    return step.old === undefined
      ? propertyLines(undefined, news(outputs), { indent })
      : propertyLines(news(step.old.outputs), news(outputs), { indent, onlyChanges: true });
  }

  /** As deep as there are parents among what has been shown. */
  private indentOf(step: StepReport): number {
    const parent = this.seen.get((step.new ?? step.old)?.parent ?? "");
    if (parent === undefined) return 0;
    return this.indentOf(parent) + (isShown(parent) ? 1 : 0);
  }

  private print(...lines: string[]): void {
    if (lines.length > 0) this.options.write(`${lines.join("\n")}\n`);
  }
}

/** The halves of a replacement, and what stays as it is, are left out. */
export function isShown({ op, urn, type }: StepReport): boolean {
  if (isDefaultProvider(urn)) return false;
  return type === stackType || (op !== "same" && op !== "create-replacement" && op !== "delete-replaced");
}
