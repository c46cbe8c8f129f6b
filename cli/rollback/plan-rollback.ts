import { closest } from "fastest-levenshtein";

import { phaseIndex, type Migration, type Phase } from "../../components/config";
import { RolloutError } from "../../components/errors";
import { stackWithText, type LoadedStack } from "../shared/load-stack";
import { commandText } from "../shared/next-command";
import { UsageError } from "../shared/usage-error";
import { editStackFile, type StackFileEdit } from "../stack-file/edit-stack-file";
import type { Wish } from "./wish";

/** Where a rollback leads, before anybody has consented to a loss. */
export interface PlannedRollback {
  /** The stack as it is declared now. */
  from: LoadedStack;
  /** The stack as it will be declared. */
  to: LoadedStack;
  /** Migrations that `to` does not want: kept where they are applied, unless a consent names them. Newest first. */
  unwanted: Migration[];
  /** What an operator should know about the wish, in sentences. */
  notes: string[];
}

/**
 * What the stack file has to say for a rollback. Pure.
 * @param earlier the file's text at the revision, for a way back to a commit.
 * @throws UsageError for names that config does not know; RolloutError ROLLBACK_REFUSED, with the reason.
 */
export function planRollback(from: LoadedStack, wish: Wish, earlier?: string): PlannedRollback {
  const { edits, notes } = editsFor(from, wish, earlier);
  const text = editStackFile(from.text, from.config.project, edits);
  const to = stackWithText(from, text);
  const unwanted = to.plan.groups.filter(({ wanted }) => !wanted).flatMap(({ migrations }) => migrations);
  return { from, to, unwanted: unwanted.toReversed(), notes };
}

function editsFor(
  from: LoadedStack,
  wish: Wish,
  earlier: string | undefined,
): { edits: StackFileEdit[]; notes: string[] } {
  switch (wish.kind) {
    case "full":
      return toPhase(from, "preparation");
    case "phase":
      return toPhase(from, wish.phase);
    case "migrations-only":
      requireNoFlagOn(from, "preparation");
      return toPhase(from, "preparation");
    case "partial":
      return onHold(from, wish.flags);
    case "commit":
      return { edits: [{ kind: "config-of", text: earlier ?? from.text }], notes: [] };
  }
}

function toPhase({ config, stack }: LoadedStack, phase: Phase): { edits: StackFileEdit[]; notes: string[] } {
  if (phaseIndex(phase) > phaseIndex(config.phase)) {
    throw new UsageError(
      `--to ${phase}: ${stack} stands in ${config.phase}, which is earlier; forwards goes \`${commandText("advance", stack)}\``,
    );
  }
  const notes =
    phase === config.phase ? [`The stack file says ${phase} already; the update makes it so.`] : [];
  const adopts = config.adopt !== undefined && phaseIndex(config.adopt) > phaseIndex(phase);
  return { edits: [{ kind: "phase", phase }, ...(adopts ? [{ kind: "no-adoption" } as const] : [])], notes };
}

function onHold(
  { config, plan }: LoadedStack,
  flags: readonly string[],
): { edits: StackFileEdit[]; notes: string[] } {
  const known = plan.flags.map(({ key }) => key);
  for (const flag of flags.filter((each) => !known.includes(each))) {
    throw new UsageError(
      `--partial: there is no flag "${flag}"; did you mean ${closest(flag, known)}? The flags are ${known.join(", ")}`,
    );
  }
  const notes = flags.flatMap((flag) => {
    if (config.hold.includes(flag)) return [`${flag} is on hold already.`];
    return plan.flags.some(({ key, on }) => key === flag && on)
      ? []
      : [`${flag} is not on in ${config.phase} anyway; it is put on hold all the same.`];
  });
  return { edits: [{ kind: "hold", flags }], notes };
}

/** Schema goes only when nothing that is switched on can need it. */
function requireNoFlagOn({ plan, stack }: LoadedStack, phase: Phase): void {
  const on = plan.flags.filter((flag) => flag.on);
  if (on.length === 0) return;
  const reasons = on.map(({ key, requires }) =>
    requires.length > 0
      ? `${key} is on and needs ${requires.join(", ")}`
      : `${key} is on, and phase ${phase} would switch it off`,
  );
  throw new RolloutError(
    "ROLLBACK_REFUSED",
    [
      "migrations are not rolled back while flags are on:",
      ...reasons.map((reason) => `  ${reason}`),
      `Next: ${commandText("rollback", stack)} --full turns the flags off first (and keeps the migrations);`,
      `      ${commandText("rollback", stack)} --full --accept-data-loss <migration> … does both, in the right order.`,
    ].join("\n"),
  );
}
