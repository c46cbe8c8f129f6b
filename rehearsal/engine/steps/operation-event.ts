import type { ResourceState } from "../checkpoint/resource-state";

/** What an operation tells while it runs; display, event log and JSON are made from these.
 *  @source pkg/engine/events.go */
export type OperationEvent =
  | { kind: "prelude" }
  | { kind: "pre" | "outputs"; step: StepReport }
  | { kind: "failed"; step: StepReport; changedOutside: boolean; stepsDone: number }
  | { kind: "diagnostic"; diagnostic: Diagnostic }
  | { kind: "summary"; summary: Summary };

export type StepOp =
  "same" | "create" | "update" | "delete" | "replace" | "create-replacement" | "delete-replaced" | "refresh";

export interface StepReport {
  op: StepOp;
  urn: string;
  type: string;
  old: ResourceState | undefined;
  new: ResourceState | undefined;
  /** The properties that the provider says have changed. */
  diffs: readonly string[];
  detailedDiff: Record<string, { diffKind: string; inputDiff: boolean }> | undefined;
  /** Whether it is a step of its own, rather than one half of a replacement or a refresh. */
  logical: boolean;
}

export type Severity = "debug" | "info" | "info#err" | "warning" | "error";

export interface Diagnostic {
  /** Empty: it belongs to the stack. */
  urn: string;
  severity: Severity;
  message: string;
  /** Messages of one stream other than 0 are pieces of one text. */
  streamId: number;
  /** Shown while it is news, but not kept. */
  ephemeral: boolean;
}

export interface Summary {
  succeeded: boolean;
  maybeCorrupt: boolean;
  durationMs: number;
  changes: Partial<Record<StepOp, number>>;
}

export type EventSink = (event: OperationEvent) => void;
