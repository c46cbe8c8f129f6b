import pc from "picocolors";

import { phaseIndex, PHASES } from "../../components/config";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { commandText } from "../shared/next-command";
import { wayBack } from "../shared/way-back";
import { whyAct, type StatusFacts } from "./facts";
import { statusText } from "./show";

/** Prints what was found, why the operator must act, and the ways on and back. @returns 1 where the operator must act. */
export function tellFacts(
  { terminal }: Desk,
  facts: StatusFacts,
  { json, columns }: { json: boolean; columns: number | undefined },
): ExitCode {
  const { stack } = facts;
  const act = whyAct(facts);
  const back = facts.phase.inState === null ? undefined : wayBack(stack);
  terminal.data(
    json ? JSON.stringify({ ...facts, act }, undefined, 2) : statusText(facts, columns, { back }),
  );
  if (facts.offline) for (const note of facts.notLookedAt) terminal.words(`Not looked at: ${note}.`);
  for (const why of act) terminal.words(pc.yellow(`! ${why}`));
  for (const line of waysOn(facts)) terminal.words(line);
  // Once more at the end: on a small terminal the beginning is out of sight by now.
  if (back !== undefined) terminal.words(back);
  return act.length === 0 ? EXIT.done : EXIT.act;
}

function waysOn(facts: StatusFacts): string[] {
  const { stack, offline, phase, migrations, next, drift } = facts;
  if (offline)
    return [
      `Next: ${commandText("status", stack)} asks state and Render, too.`,
      `The way back, where nothing else works: ${commandText("rollback", stack, "--full", "--instructions")}`,
    ];
  if (phase.inState === null)
    return [
      `Next: \`pulumi preview --stack ${stack}\` shows what is adopted; then ${commandText("advance", stack)} begins with ${phase.declared}.`,
    ];
  const before = PHASES[phaseIndex(phase.declared) - 1];
  const lines = [
    ...(phase.gate === "failed"
      ? [
          `Next: mend the cause, and ${commandText("advance", stack)} verifies again` +
            (before === undefined ? "." : `; ${commandText("rollback", stack, "--to", before)} goes back.`),
        ]
      : []),
    ...(phase.gate !== "failed" && (phase.updateDue ?? []).length > 0 ? [wayOfUpdate(facts)] : []),
    ...(drift === null || drift.length === 0
      ? []
      : [`Next: ${commandText("drift", stack)} says the ways out.`]),
  ];
  if (lines.length > 0) return lines;
  return [
    ...(next?.mayStart === true ? [`Next: ${commandText("advance", stack)} begins ${next.phase}.`] : []),
    ...(migrations.some(({ inDatabase }) => inDatabase === null || inDatabase.state === "unknown")
      ? [`${commandText("drift", stack)} asks the database, too, in the way that updates do.`]
      : []),
    `${commandText("verify", stack)} asks the services themselves.`,
  ];
}

function wayOfUpdate({ stack, phase, next }: StatusFacts): string {
  const blocked = next?.phase === phase.declared && next.mayStart === false;
  const up = `\`pulumi up --stack ${stack}\``;
  return `Next: ${commandText("review", stack)} shows the update that is due; ${up} ${blocked ? "is refused while something blocks it" : "runs it"}.`;
}
