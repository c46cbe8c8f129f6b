import type { StepOp } from "../steps/operation-event";

/** The CLI's words and signs for what happens to a resource.
 *  @source pkg/resource/deploy/step.go and pkg/backend/display/progress.go */
export interface StepWords {
  /** Three characters wide, as it stands before a row. */
  sign: string;
  preview: string;
  running: string;
  done: string;
  past: string;
  /** Before "failed", where it is not as while running. */
  failed?: string;
}

export const stepWords: Record<StepOp, StepWords> = {
  same: { sign: "  ", preview: "", running: "", done: "", past: "samed" },
  create: { sign: "+ ", preview: "create", running: "creating", done: "created", past: "created" },
  update: { sign: "~ ", preview: "update", running: "updating", done: "updated", past: "updated" },
  delete: { sign: "- ", preview: "delete", running: "deleting", done: "deleted", past: "deleted" },
  replace: { sign: "+-", preview: "replace", running: "replacing", done: "replaced", past: "replaced" },
  "create-replacement": {
    sign: "++",
    preview: "create replacement",
    running: "creating replacement",
    done: "created replacement",
    past: "create-replacementd",
    failed: "creating",
  },
  "delete-replaced": {
    sign: "--",
    preview: "delete original",
    running: "deleting original",
    done: "deleted original",
    past: "delete-replaced",
    failed: "deleting",
  },
  refresh: { sign: "~ ", preview: "refreshing", running: "refreshing", done: "refresh", past: "refreshed" },
};

/** The order in which a summary names what was done. */
export const summaryOrder: readonly StepOp[] = [
  "create",
  "update",
  "delete",
  "replace",
  "create-replacement",
  "delete-replaced",
];
