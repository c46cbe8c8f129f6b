import { isDefaultProvider, splitUrn, stackType } from "../checkpoint/resource-state";
import type { Mask } from "../secrets/mask";
import type { Diagnostic, EventSink, OperationEvent, StepReport, Summary } from "../steps/operation-event";
import { diagnosticText, Row } from "./row";
import { stackOutputLines } from "./stack-outputs";
import { summaryLines } from "./summary";

export interface DisplayOptions {
  /** "Previewing update", "Updating", … */
  title: string;
  stack: string;
  project: string;
  preview: boolean;
  mask: Mask;
  suppressOutputs: boolean;
  /** Shows messages of severity debug too. */
  debug: boolean;
  write: (text: string) => void;
}

/** The CLI's output where nobody sits at a terminal: a line whenever a resource moves, then the results.
 *  @source pkg/backend/display/progress.go */
export class ProgressDisplay {
  private readonly rows = new Map<string, Row>();
  private readonly stackUrn: string;
  private lastPrinted = "";

  constructor(private readonly options: DisplayOptions) {
    const { stack, project } = options;
    this.stackUrn = `urn:pulumi:${stack}::${project}::${stackType}::${project}-${stack}`;
  }

  readonly sink: EventSink = (event) => {
    this.take(event);
  };

  private take(event: OperationEvent): void {
    switch (event.kind) {
      case "prelude":
        this.print(`${this.options.title} (${this.options.stack}):`, "");
        return;
      case "pre":
        this.onStep(event.step, (row) => {
          row.begin(event.step);
          return true;
        });
        return;
      case "outputs":
        this.onStep(event.step, (row) => this.finish(row, event.step));
        return;
      case "failed":
        this.onStep(event.step, (row) => (row.failed = true));
        return;
      case "diagnostic":
        this.diagnose(event.diagnostic);
        return;
      case "summary":
        this.conclude(event.summary);
    }
  }

  private onStep(step: StepReport, change: (row: Row) => boolean): void {
    if (isDefaultProvider(step.urn)) return;
    // What stays the same is not shown, but for the stack, once there is something to tell about it.
    const isNews = !this.rows.has(step.urn);
    const row = this.row(step.urn);
    if (step.op !== "same" || (row.isStack && !isNews)) row.hidden = false;
    if (change(row)) this.update(row);
  }

  /** @returns whether the row is worth another line: in previews, and for what stayed the same, it says nothing new. */
  private finish(row: Row, step: StepReport): boolean {
    const wasRefresh = row.step?.op === "refresh";
    row.finish(step);
    const isCustom = (step.new ?? step.old)?.custom === true;
    return wasRefresh || (!this.options.preview && isCustom && step.op !== "same");
  }

  private diagnose(diagnostic: Diagnostic): void {
    if (diagnostic.severity === "debug" && !this.options.debug) return;
    const masked = { ...diagnostic, message: this.options.mask.text(diagnostic.message) };
    if (diagnosticText(masked).trim() === "" && diagnostic.streamId === 0) return;
    const row = this.row(isDefaultProvider(diagnostic.urn) ? "" : diagnostic.urn);
    row.hidden = false;
    row.diagnostics.push(masked);
    this.update(row);
  }

  private conclude(summary: Summary): void {
    const unfinished = [...this.rows.values()].filter((row) => !row.isDone(false));
    for (const row of unfinished) if (!row.hidden) this.printRow(row, true);
    this.print(...this.diagnosticLines(), ...this.outputLines());
    const errored = [...this.rows.values()].filter((row) => row.count("error") > 0).length;
    this.print(...summaryLines(summary, this.options.preview, errored), "");
  }

  private diagnosticLines(): string[] {
    const blocks = [...this.rows.values()].flatMap((row) => {
      const texts = messageTexts(row.diagnostics.filter(({ ephemeral }) => !ephemeral));
      const [, , type, name] = splitUrn(row.urn);
      return texts.length === 0 ? [] : [`  ${type} (${name}):`, ...texts.flatMap((lines) => [...lines, ""])];
    });
    return blocks.length === 0 ? [] : ["Diagnostics:", ...blocks];
  }

  private outputLines(): string[] {
    const step = this.rows.get(this.stackUrn)?.step;
    if (this.options.suppressOutputs || step?.new === undefined) return [];
    const lines = stackOutputLines(step.old?.outputs, step.new.outputs, this.options);
    return lines.length === 0 ? [] : ["Outputs:", ...lines, ""];
  }

  private row(urn: string): Row {
    const key = urn === "" ? this.stackUrn : urn;
    const known = this.rows.get(key);
    if (known !== undefined) return known;
    const row = new Row(key, this.options.preview, this.options.mask);
    this.rows.set(key, row);
    return row;
  }

  private update(row: Row): void {
    if (!row.hidden) this.printRow(row, false);
  }

  private printRow(row: Row, over: boolean): void {
    const text = row.text(over);
    if (text === this.lastPrinted) return;
    this.lastPrinted = text;
    this.print(text);
  }

  private print(...lines: string[]): void {
    if (lines.length > 0) this.options.write(`${lines.join("\n")}\n`);
  }
}

/** Each block of messages of a resource: single messages together, and each stream as the one text that it is. */
function messageTexts(diagnostics: readonly Diagnostic[]): string[][] {
  const streams = new Map<number, Diagnostic[]>();
  for (const one of diagnostics) streams.set(one.streamId, [...(streams.get(one.streamId) ?? []), one]);
  return [...streams]
    .map(([id, messages]) =>
      id === 0 ? messages.flatMap((one) => diagnosticText(one).split("\n")) : mergedLines(messages),
    )
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `    ${line.trimEnd()}`));
}

function mergedLines(messages: readonly Diagnostic[]): string[] {
  const text = messages
    .map(({ message }) => message)
    .join("")
    .trimEnd();
  return text === "" ? [] : text.split("\n");
}
