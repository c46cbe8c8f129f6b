import { splitUrn, stackType } from "../checkpoint/resource-state";
import type { Mask } from "../secrets/mask";
import type { Diagnostic, StepOp, StepReport } from "../steps/operation-event";
import { diffMaps } from "../values/property-diff";
import { stepWords } from "./step-words";

/** One resource as the display follows it.
 *  @source pkg/backend/display/rows.go */
export class Row {
  readonly diagnostics: Diagnostic[] = [];
  step: StepReport | undefined;
  failed = false;
  hidden = true;
  private readonly outputs: StepReport[] = [];
  private startedAt = 0;
  private endedAt: number | undefined;

  constructor(
    readonly urn: string,
    private readonly preview: boolean,
    private readonly mask: Mask,
  ) {}

  get isStack(): boolean {
    return splitUrn(this.urn)[2] === stackType;
  }

  begin(step: StepReport): void {
    this.step = step;
    this.startedAt = Date.now();
    this.endedAt = undefined;
  }

  finish(step: StepReport): void {
    this.step = step;
    this.outputs.push(step);
    this.endedAt = Date.now();
  }

  count(severity: Diagnostic["severity"]): number {
    return this.diagnostics.filter((one) => one.severity === severity && !one.ephemeral).length;
  }

  isDone(over: boolean): boolean {
    if (this.failed || over) return true;
    return !this.isStack && this.outputs.some(({ op }) => op === this.step?.op);
  }

  /** ` ~  rollout:x:FeatureFlag NAME updating (0s) [diff: ~value]`
   *  @param over the operation has ended: messages are counted instead of quoted. */
  text(over: boolean): string {
    const [, , type, name] = splitUrn(this.urn);
    const op = this.step?.op ?? "same";
    return ` ${stepWords[op].sign} ${type} ${name} ${this.status(op, over)} ${this.info(over)}`;
  }

  private status(op: StepOp, over: boolean): string {
    const words = stepWords[op];
    const failed = this.failed || this.count("error") > 0;
    if (over && !failed && this.isInterrupted(op)) return `${words.running} (interrupted)`;
    if (!this.isDone(over)) {
      if (this.isStack && op === "same") return "running";
      if (this.preview || op === "same") return words.preview;
      return `${words.running} (${Math.floor((Date.now() - this.startedAt) / 1000)}s)`;
    }
    if (this.preview) return op === "refresh" ? "refresh" : previewDone(op);
    if (failed) return op === "same" ? "**failed**" : `**${words.failed ?? words.running} failed**`;
    return op === "same" || this.endedAt === undefined
      ? words.done
      : `${words.done} ${seconds(this.endedAt - this.startedAt)}`;
  }

  /** The operation has ended before what was begun here. */
  private isInterrupted(op: StepOp): boolean {
    const isCustom = (this.step?.new ?? this.step?.old)?.custom === true;
    return isCustom && op !== "same" && !this.outputs.some((finished) => finished.op === op);
  }

  private info(over: boolean): string {
    const parts = [this.changes(), ...(over ? this.counts() : [this.lastMessage()])];
    return (
      parts
        .filter((part) => part !== "")
        .join("; ")
        .split("\n")[0] ?? ""
    );
  }

  private changes(): string {
    const step = this.describingStep();
    if (step?.old === undefined || step.new === undefined || step.op === "same") return "";
    const diff = diffMaps(this.mask.map(step.old.inputs), this.mask.map(step.new.inputs));
    const keep = (key: string): boolean => step.diffs.length === 0 || step.diffs.includes(key);
    const protection = Boolean(step.old.protect) === Boolean(step.new.protect) ? [] : ["protect"];
    const provider = (step.old.provider ?? "") === (step.new.provider ?? "") ? [] : ["provider"];
    const text = [
      keysText("+", (diff?.adds ?? []).filter(keep)),
      keysText("-", (diff?.deletes ?? []).filter(keep)),
      keysText("~", [...(diff?.updates ?? []), ...protection, ...provider].filter(keep).sort()),
    ].join("");
    return text === "" ? "" : `[diff: ${text}]`;
  }

  /** The halves of a replacement are explained by the whole. */
  private describingStep(): StepReport | undefined {
    const isHalf = this.step?.op === "create-replacement" || this.step?.op === "delete-replaced";
    return (isHalf ? this.outputs.find(({ op }) => op === "replace") : undefined) ?? this.step;
  }

  private counts(): string[] {
    const kinds = [
      [this.count("error"), "error"],
      [this.count("warning"), "warning"],
      [this.count("info") + this.count("info#err"), "message"],
    ] as const;
    return kinds
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${count} ${word}${count === 1 ? "" : "s"}`);
  }

  private lastMessage(): string {
    const last = this.diagnostics.at(-1);
    return last === undefined ? "" : diagnosticText(last);
  }
}

/** A message with the word that tells how grave it is. */
export function diagnosticText({ severity, message }: Diagnostic): string {
  return (diagnosticPrefix(severity) + message).trimEnd();
}

export function diagnosticPrefix(severity: Diagnostic["severity"]): string {
  return severity === "debug" || severity === "warning" || severity === "error" ? `${severity}: ` : "";
}

function previewDone(op: StepOp): string {
  return op === "create-replacement" || op === "delete-replaced" ? "replace" : stepWords[op].preview;
}

function keysText(sign: string, keys: readonly string[]): string {
  return keys.length === 0 ? "" : sign + keys.join(",");
}

function seconds(ms: number): string {
  return ms < 1000 ? `(${(ms / 1000).toFixed(2)}s)` : `(${Math.floor(ms / 1000)}s)`;
}
