import { isDefaultProvider, type ResourceState } from "../checkpoint/resource-state";
import type { Mask } from "../secrets/mask";
import type { EventSink, OperationEvent, StepReport } from "../steps/operation-event";
import type { PropertyMap } from "../values/property-value";
import { propertyLines } from "./property-tree";
import { diagnosticText } from "./row";
import { stepWords } from "./step-words";
import { stackOutputLines } from "./stack-outputs";
import { summaryLines } from "./summary";

export interface DiffDisplayOptions {
  title: string;
  stack: string;
  preview: boolean;
  mask: Mask;
  write: (text: string) => void;
}

/** `--diff`: every property of what changes, resource by resource. Messages go to standard error.
 *  @source pkg/backend/display/diff.go */
export class DiffDisplay {
  private readonly errored = new Set<string>();

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
        if (isShown(event.step)) this.print(...this.describe(event.step));
        return;
      case "outputs":
        if (event.step.type === "pulumi:pulumi:Stack" && event.step.new !== undefined)
          this.printOutputs(event.step);
        return;
      case "diagnostic": {
        const { diagnostic } = event;
        if (diagnostic.ephemeral || diagnostic.severity === "debug") return;
        if (diagnostic.severity === "error") this.errored.add(diagnostic.urn);
        process.stderr.write(`${mask.text(diagnosticText(diagnostic))}\n`);
        return;
      }
      case "summary":
        this.print(...summaryLines(event.summary, preview, this.errored.size), "");
        return;
      case "failed":
    }
  }

  private describe(step: StepReport): string[] {
    const { mask } = this.options;
    const state = step.new ?? step.old;
    const depth = depthOf(state);
    const place = "    ".repeat(depth);
    const sign = stepWords[step.op].sign;
    const id = step.old?.id ?? "";
    const lines = [
      `${place}${sign}${step.type}: (${step.op})`,
      ...(id === "" ? [] : [`${place}    [id=${mask.text(id)}]`]),
      `${place}    [urn=${step.urn}]`,
    ];
    if (step.op === "same" || step.type === "pulumi:pulumi:Stack") return lines;
    return [...lines, ...this.properties(step, depth + 1)];
  }

  private properties(step: StepReport, indent: number): string[] {
    if (step.new === undefined) return [];
    const after = this.masked(step.new.inputs);
    if (step.old === undefined) return propertyLines(undefined, after, { indent });
    return propertyLines(this.masked(step.old.inputs), after, { indent, onlyChanges: true });
  }

  private printOutputs(step: StepReport): void {
    const lines = stackOutputLines(step.old?.outputs, step.new?.outputs ?? {}, {
      ...this.options,
      preview: true,
    });
    if (lines.length > 0) this.print("    --outputs:--", ...lines);
  }

  private masked(properties: PropertyMap): PropertyMap {
    return this.options.mask.map(properties);
  }

  private print(...lines: string[]): void {
    this.options.write(`${lines.join("\n")}\n`);
  }
}

function isShown(step: StepReport): boolean {
  if (isDefaultProvider(step.urn)) return false;
  return step.type === "pulumi:pulumi:Stack" || step.op !== "same";
}

function depthOf(state: ResourceState | undefined): number {
  return state?.parent === undefined || state.parent === "" ? 0 : 1;
}
