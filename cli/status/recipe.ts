import pc from "picocolors";

import { RolloutError } from "../../components/errors";
import { phaseIndex, PHASES } from "../../components/config";
import type { Engine } from "../engine/port";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { untilInterrupted } from "../shared/interrupts";
import { requireStack } from "../shared/load-stack";
import { commandText } from "../shared/next-command";
import type { OpenRender } from "../shared/render-access";
import { whyAct, type StatusFacts } from "./facts";
import { factsFromEverywhere } from "./read-everything";
import { factsFromFiles } from "./read-files";
import type { ReadingPorts } from "./reading-context";
import { statusText } from "./show";
import { watchStatus, type StatusWindow } from "./watch-status";

export interface StatusOptions {
  stack: string;
  /** By the stack's files alone. */
  offline?: boolean;
  json?: boolean;
  /** Again and again, counting down, until Ctrl-C. */
  watch?: boolean;
}

const NO_WINDOW: StatusWindow = { openScreen: () => undefined, columns: undefined };

/**
 * Tells where the rollout stands, and changes nothing. Exit code 0: looked at, and nothing is wrong, blocked or not; 1:
 * the operator must act, or not everything could be looked at.
 */
export async function status(
  desk: Desk,
  openRender: OpenRender,
  ports: ReadingPorts,
  { stack, offline, json, watch }: StatusOptions,
  window: StatusWindow = NO_WINDOW,
): Promise<ExitCode> {
  const { terminal } = desk;
  const loaded = requireStack(desk.directory, stack);
  const look = async () =>
    factsFromEverywhere(desk, loaded, { engine: await openEngine(desk, stack), openRender, ports });
  if (watch === true) return watchStatus(desk, window, { look, stack, sleep: ports.sleep });
  const facts =
    offline === true
      ? factsFromFiles(loaded, desk.now())
      : await untilInterrupted(desk.interrupts.signal, look());
  if (facts === undefined)
    throw new RolloutError("INTERRUPTED", "stopped before everything was looked at; nothing was changed.");
  const act = whyAct(facts);
  const back = facts.phase.inState === null ? undefined : commandText("rollback", stack, "--full");
  terminal.data(
    json === true ? JSON.stringify({ ...facts, act }, undefined, 2) : statusText(facts, window.columns, back),
  );
  if (offline === true) for (const note of facts.notLookedAt) terminal.words(`Not looked at: ${note}.`);
  for (const why of act) terminal.words(pc.yellow(`! ${why}`));
  for (const line of waysOn(facts)) terminal.words(line);
  // Once more at the end: on a small terminal the beginning is out of sight by now.
  if (back !== undefined) terminal.words(`The way back: ${back}`);
  return act.length === 0 ? EXIT.done : EXIT.act;
}

/** @throws RolloutError NO_PULUMI: what is missing, and what tells something all the same. */
async function openEngine(desk: Desk, stack: string): Promise<Engine> {
  try {
    return await desk.openEngine(stack);
  } catch (error) {
    if (!(error instanceof RolloutError) || error.code !== "NO_PULUMI") throw error;
    const missing = error.data["missing"];
    const what = typeof missing === "string" ? missing : error.message;
    const offline = commandText("status", stack, "--offline");
    throw new RolloutError(
      "NO_PULUMI",
      `${what} Without it: \`${offline}\` tells what the stack's files alone say.`,
    );
  }
}

function waysOn(facts: StatusFacts): string[] {
  const { stack, offline, phase, migrations, next, drift } = facts;
  if (offline) return [`Next: ${commandText("status", stack)} asks state and Render, too.`];
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
