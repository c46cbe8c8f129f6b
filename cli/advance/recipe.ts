import { join } from "node:path";

import pc from "picocolors";

import { RolloutError } from "../../components/errors";

import { changeSentences } from "../changes/change-sentences";
import { readChanges } from "../changes/read-changes";
import type { Engine, EngineRun } from "../engine/port";
import { describeTrouble, type Trouble, type TroubleCode } from "../engine/troubles";
import { withoutAdvice } from "../log/failures";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { requireStack, type LoadedStack } from "../shared/load-stack";
import { commandText } from "../shared/next-command";
import { wayBack } from "../shared/way-back";
import { requireReachable } from "../shared/require-reachable";
import { readStanding } from "../shared/standing";
import { confirm, requireSomebody } from "../shared/terminal";
import { changeStackFile, type StackFileChange } from "../update/stack-file-change";
import { freezeOrPutBack, freezeStack, type FrozenStack } from "../update/frozen-stack";
import { requireWritable } from "../stack-file/write-stack-file";
import { isAsShown, runPreview, runUpdate } from "../update/run-update";
import { chooseGoal, type Goal } from "./goal";
import { showGate } from "./show-gate";
import { waitForStart, type WaitPorts } from "./wait-for-start";

export interface AdvanceOptions {
  stack: string;
  autoRollback?: boolean;
  yes?: boolean;
  /** Wait for the soak and an open schedule first, and ask then. */
  wait?: boolean;
  /** Why it is done now, for the log. */
  because?: string;
}

type Target = Exclude<Goal, { kind: "complete" }>;

/**
 * The next phase: into the stack file, previewed in plain words, agreed to, updated, verified by its gate. At whatever
 * moment it ends, either nothing was done and the file is as before, or the file names the phase that `advance` goes on with.
 */
export async function advance(desk: Desk, options: AdvanceOptions, waiting?: WaitPorts): Promise<ExitCode> {
  const { terminal, interrupts } = desk;
  const yes = options.yes === true;
  const before = requireStack(desk.directory, options.stack);
  if (!yes) requireSomebody(terminal, "--yes goes on without asking");
  const engine = await desk.openEngine(options.stack);
  terminal.words(pc.dim(engine.about));
  const standing = readStanding(await engine.state());
  requireReachable(before, standing);
  const goal = chooseGoal(before, standing);
  if (goal.kind === "complete") {
    terminal.words("The rollout is complete; there is nothing to advance to.");
    return EXIT.done;
  }
  if (interrupts.pressed()) return stopped(desk, before);
  // Before the hours of a soak are waited for.
  if (goal.text !== before.text) requireWritable(join(desk.directory, before.file));
  if (options.wait === true && goal.kind === "advance" && waiting !== undefined) {
    const may = await waitForStart(desk, engine, before, standing, waiting);
    if (!may) return stopped(desk, before);
  }
  terminal.words(goal.why);
  const change = changeStackFile(desk, before, goal.text);

  const frozen = freezeOrPutBack(desk, before, change);
  const preview = await runPreview(desk, engine, { yes, frozen });
  if (interrupts.pressed()) return stopped(desk, before, change);
  if (preview.trouble !== undefined) return sayRefused(desk, before, change, preview.trouble, goal);
  const changes = readChanges(preview.events);
  terminal.words(pc.bold("What this will do:"));
  for (const sentence of changeSentences(changes)) terminal.words(`  - ${sentence}`);
  for (const warning of changes.warnings) terminal.words(pc.yellow(`  ! ${warning}`));
  if (!(await confirm(terminal, yes, `Go on with ${goal.phase} on ${options.stack}?`)))
    return stopped(desk, before, change);
  if (!isAsShown(desk, frozen)) return changedMeanwhile(desk, before, change);

  const decision = { command: "advance", title: `advance to ${goal.phase}`, because: options.because };
  const update = await runUpdate(desk, engine, before.config, {
    yes,
    signal: interrupts.signal,
    frozen,
    decision,
  });
  frozen.remove();
  if (update.ok) return done(desk, engine, before, goal);
  return failed(desk, engine, { before, goal, change, update, autoRollback: options.autoRollback === true });
}

/** Ended before the update began: nothing was done, so nothing stays written. */
function stopped({ terminal }: Desk, { stack, file }: LoadedStack, change?: StackFileChange): ExitCode {
  const back = change?.putBack() ?? true;
  terminal.words(
    `Nothing was changed${back ? `, and ${file} is as before` : ""}. Next: ${commandText("advance", stack)} begins again.`,
  );
  return EXIT.act;
}

/** Somebody wrote into the stack's files while the question waited. */
function changedMeanwhile(
  { terminal }: Desk,
  { stack, file }: LoadedStack,
  change: StackFileChange,
): ExitCode {
  const back = change.putBack();
  const again = commandText("advance", stack);
  terminal.words(
    back
      ? `${file} is as before. Next: ${again} shows what it would do now.`
      : `Next: look at ${file}, which names the phase that was not begun; ${again} shows what it would do now.`,
  );
  return EXIT.act;
}

function sayRefused(
  { terminal }: Desk,
  { file, stack }: LoadedStack,
  change: StackFileChange,
  trouble: Trouble,
  goal: Target,
): ExitCode {
  const back = change.putBack();
  // Before the first update there is nothing to go back from.
  const way = goal.back === undefined ? "" : ` ${wayBack(stack)}`;
  terminal.words(pc.red(describeTrouble(trouble)));
  terminal.words(`Nothing was changed${back ? `, and ${file} is as before` : ""}.${way}`);
  return EXIT.act;
}

async function done(
  desk: Desk,
  engine: Engine,
  { config, file, stack }: LoadedStack,
  { phase }: Target,
): Promise<ExitCode> {
  showGate(desk.terminal, readStanding(await engine.state()), phase, config);
  if ((await desk.git.isCommitted(file)) === false) {
    desk.terminal.words(
      `Next: commit ${file}, so that git says what is live: git commit -m "${stack}: ${phase}" ${file}`,
    );
  }
  desk.terminal.words(wayBack(stack));
  return EXIT.done;
}

interface Failure {
  before: LoadedStack;
  goal: Target;
  change: StackFileChange;
  update: EngineRun;
  autoRollback: boolean;
}

async function failed(
  desk: Desk,
  engine: Engine,
  { before, goal, change, update, autoRollback }: Failure,
): Promise<ExitCode> {
  const { terminal } = desk;
  const { trouble } = update;
  if (trouble === undefined) throw new Error("an update failed without a reason");
  if (!trouble.touched)
    return trouble.code === "INTERRUPTED"
      ? stopped(desk, before, change)
      : sayRefused(desk, before, change, trouble, goal);
  const { stack, file } = before;
  const back = goal.back;
  if (trouble.code === "INTERRUPTED") {
    terminal.words(
      pc.yellow(
        `Stopped behind the running steps. ${file} says ${goal.phase}, and the update of it is not finished.`,
      ),
    );
  } else {
    // Both ways are named below, which is all that is to say of these.
    const next = BOTH_WAYS.includes(trouble.code) && back !== undefined ? [] : trouble.next;
    terminal.words(pc.red(describeTrouble({ ...trouble, next }, back?.phase)));
  }
  if (autoRollback && back !== undefined && trouble.code !== "INTERRUPTED")
    return rollBack(desk, engine, before, { goal, back, trouble });
  const on = `${commandText("advance", stack)} goes on with ${goal.phase}, when the cause is mended`;
  terminal.words(`Next: ${on}${back === undefined ? "." : ";"}`);
  if (back !== undefined)
    terminal.words(`      ${commandText("rollback", stack, "--to", back.phase)} goes back to ${back.phase}.`);
  return EXIT.act;
}

/** Troubles that leave two ways: on, with the cause mended, or back. */
const BOTH_WAYS: readonly TroubleCode[] = ["GATE_FAILED", "DEPLOY_FAILED", "FAILED"];

/** The way back is not given up for a file that cannot be written any more: then it runs from a copy, and that is said. */
function freezeBack(desk: Desk, from: LoadedStack, text: string): FrozenStack {
  try {
    changeStackFile(desk, from, text);
    return freezeStack(desk.directory, from.file);
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    desk.terminal.words(
      pc.red(
        `${error.message.replace(/ Nothing was run\..*$/s, "")} Going back all the same, from a copy: ${from.file} still says what did not succeed. ` +
          `Write the lines above into it before anything else is run.`,
      ),
    );
    return freezeStack(desk.directory, from.file, text);
  }
}

/** The prior config, at once; the reason stays the last thing on the screen. */
async function rollBack(
  desk: Desk,
  engine: Engine,
  before: LoadedStack,
  { goal, back, trouble }: { goal: Target; back: NonNullable<Target["back"]>; trouble: Trouble },
): Promise<ExitCode> {
  const { terminal } = desk;
  terminal.words(pc.yellow(`Going back to ${back.phase} at once (--auto-rollback).`));
  const frozen = freezeBack(desk, { ...before, text: goal.text }, back.text);
  const { signal } = desk.interrupts;
  const update = await runUpdate(desk, engine, before.config, {
    yes: true,
    signal,
    frozen,
    decision: {
      command: "rollback",
      title: `back to ${back.phase} (--auto-rollback)`,
      because: `${goal.phase} did not succeed: ${withoutAdvice(trouble.what)}`,
    },
  });
  frozen.remove();
  const retry = commandText("rollback", before.stack, "--to", back.phase, "--yes");
  if (update.trouble !== undefined) {
    terminal.words(
      pc.red(`The way back did not come to its end: ${describeTrouble(update.trouble, back.phase)}`),
    );
    terminal.words(`Next: ${retry}; by hand: ${retry.replace("--yes", "--instructions")}`);
  } else {
    showGate(terminal, readStanding(await engine.state()), back.phase, before.config);
    terminal.words(pc.yellow(`${before.stack} is back at ${back.phase}.`));
  }
  terminal.words(pc.red(`${goal.phase} did not succeed, because: ${trouble.what}`));
  return EXIT.act;
}
