import { join } from "node:path";

import pc from "picocolors";

import { changeSentences } from "../changes/change-sentences";
import { readChanges } from "../changes/read-changes";
import type { Engine, EngineRun } from "../engine/port";
import { describeTrouble, type Trouble } from "../engine/troubles";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { requireStack, stackWithText, type LoadedStack } from "../shared/load-stack";
import { commandText } from "../shared/next-command";
import { requireReachable } from "../shared/require-reachable";
import { readStanding } from "../shared/standing";
import { table } from "../shared/table";
import { confirm, requireSomebody } from "../shared/terminal";
import { freezeOrPutBack, type FrozenStack } from "../update/frozen-stack";
import { isAsShown, runPreview, runUpdate } from "../update/run-update";
import { changeStackFile, type StackFileChange } from "../update/stack-file-change";
import { checklistText, postRollbackChecklist } from "./checklist";
import { collectConsents, requireUnwanted, withConsents } from "./consents";
import { rollbackInstructions } from "./instructions";
import { planRollback, type PlannedRollback } from "./plan-rollback";
import { openDatabase as openRealDatabase, readShown, type OpenDatabase } from "../shared/shown-migrations";
import { editStackFile } from "../stack-file/edit-stack-file";
import { requireWritable } from "../stack-file/write-stack-file";
import { UsageError } from "../shared/usage-error";
import { verifyRollback } from "./verify-rollback";
import type { Verified } from "./verified";
import { readWish, requirePhase, wishText, type RollbackOptions, type Wish } from "./wish";

/**
 * The way back: into the stack file, previewed with what it would lose (--yes goes at once), updated, verified, and with
 * the checklist of what is left to a person. Once the update has begun the file keeps saying where the stack goes, so
 * that the same command goes on after whatever stopped it.
 */
export async function rollback(
  desk: Desk,
  options: RollbackOptions,
  openDatabase: OpenDatabase = openRealDatabase,
): Promise<ExitCode> {
  const { terminal } = desk;
  const wish = readWish(options);
  const from = startingPoint(requireStack(desk.directory, options.stack), options);
  const earlier = wish.kind === "commit" ? await desk.git.fileAt(wish.revision, from.file) : undefined;
  const planned = planRollback(from, wish, earlier);
  const named = options.acceptDataLoss ?? [];
  requireUnwanted(planned, named);
  if (options.instructions === true) {
    terminal.data(rollbackInstructions(planned, named, again(planned, wish, named, options.untried)));
    return EXIT.done;
  }
  const yes = options.yes === true;
  if (!yes) requireSomebody(terminal, "--yes goes on without asking");
  requireWritable(join(desk.directory, from.file));
  for (const note of planned.notes) terminal.words(note);

  const engine = await desk.openEngine(options.stack);
  terminal.words(pc.dim(engine.about));
  // The fast path does not look back: state may be stale, and the update looks at what is live.
  const looks = !yes || named.length > 0 || wish.kind === "migrations-only";
  const standing = readStanding(looks ? await engine.state() : []);
  if (looks) requireReachable(planned.to, standing);
  const database = looks ? await openDatabase(engine) : undefined;
  const asked = { wish, named, yes, standing, untried: options.untried === true };
  const { ids: consents, untried } =
    database === undefined
      ? { ids: named, untried: asked.untried }
      : await collectConsents(desk, engine, planned, { ...asked, direct: !("because" in database) });
  const to = await withConsents(desk, planned, consents, { standing, untried });
  if (desk.interrupts.pressed()) return stopped(desk, from);
  const change = changeStackFile(desk, from, to.text);
  const frozen = freezeOrPutBack(desk, from, change);
  if (!yes) {
    const refusal = await agree(desk, engine, { from, to, change, frozen });
    if (refusal !== undefined) return refusal;
  }
  const title = ["rollback", ...wishText(wish)].join(" ");
  const decision = { command: "rollback", title, because: options.because };
  const update = await runUpdate(desk, engine, to.config, {
    yes,
    signal: desk.interrupts.signal,
    frozen,
    decision,
  });
  frozen.remove();
  const after = await engine.state().then(readStanding, () => undefined);
  const looked = update.ok || hasVerified(update, to.config.phase);
  const shown = await readShown(to.config, database ?? (await openDatabase(engine)));
  const verified =
    after === undefined ? [] : verifyRollback(to, after, { looked, shown, consented: consents });
  if (after !== undefined) await report(desk, to, verified, options.json === true);
  if (update.trouble === undefined) {
    const stayed = verified.find(({ what, result }) => what === "schema" && result === "no");
    if (stayed === undefined) return EXIT.done;
    terminal.words(pc.red(`The flags went back, the schema did not: ${stayed.found}.`));
    return EXIT.act;
  }
  return notDone(desk, update.trouble, to, again(planned, wish, consents, untried));
}

/** The stack as it stands; for instructions that are printed the day before, as it will stand. @throws UsageError */
function startingPoint(stack: LoadedStack, { from, instructions }: RollbackOptions): LoadedStack {
  if (from === undefined) return stack;
  if (instructions !== true)
    throw new UsageError("--from is for --instructions: a rollback itself starts from what is there");
  const phase = requirePhase(from, "--from");
  return stackWithText(stack, editStackFile(stack.text, stack.config.project, [{ kind: "phase", phase }]));
}

/** The command that asks for this rollback once more, with what has been consented to. */
function again(
  { from }: PlannedRollback,
  wish: Wish,
  consents: readonly string[],
  untried: boolean | undefined,
): string {
  const losses =
    consents.length === 0
      ? []
      : ["--accept-data-loss", ...consents, ...(untried === true ? ["--untried"] : [])];
  return commandText("rollback", from.stack, ...wishText(wish), ...losses);
}

/** Shows what will happen and asks. @returns the exit code when it is not to be. */
async function agree(
  desk: Desk,
  engine: Engine,
  {
    from,
    to,
    change,
    frozen,
  }: { from: LoadedStack; to: LoadedStack; change: StackFileChange; frozen: FrozenStack },
): Promise<ExitCode | undefined> {
  const { terminal, interrupts } = desk;
  const preview = await runPreview(desk, engine, { yes: false, frozen });
  if (interrupts.pressed()) return stopped(desk, from, change);
  if (preview.trouble === undefined) {
    const changes = readChanges(preview.events);
    terminal.words(pc.bold("What this will do:"));
    for (const sentence of changeSentences(changes)) terminal.words(`  - ${sentence}`);
    for (const warning of changes.warnings) terminal.words(pc.yellow(`  ! ${warning}`));
  } else {
    // A preview that breaks does not stop an emergency: the update looks for itself.
    terminal.words(pc.red(describeTrouble(preview.trouble, to.config.phase)));
    terminal.words(pc.yellow("The preview failed; the update may still go through."));
  }
  if (!(await confirm(terminal, false, `Roll ${from.stack} back?`))) return stopped(desk, from, change);
  if (isAsShown(desk, frozen)) return undefined;
  const back = change.putBack();
  terminal.words(
    `${back ? `${from.file} is as before.` : `${from.file} stays as it is now.`} Next: the same command shows what it would do now.`,
  );
  return EXIT.act;
}

function stopped({ terminal }: Desk, { file }: LoadedStack, change?: StackFileChange): ExitCode {
  const back = change?.putBack() ?? true;
  terminal.words(`Nothing was changed${back ? `, and ${file} is as before` : ""}.`);
  return EXIT.act;
}

/** Whether the phase's gate came to its answer in this run, good or bad. */
function hasVerified({ events }: EngineRun, phase: string): boolean {
  return events.some(({ resOutputsEvent: done, resOpFailedEvent: failed }) => {
    const metadata = (done ?? failed)?.metadata;
    return metadata?.urn.endsWith(`::gate-${phase}`) === true && metadata.op !== "same";
  });
}

/** What was verified, and what is left to do. */
async function report(
  { terminal, git }: Desk,
  to: LoadedStack,
  verified: readonly Verified[],
  json: boolean,
): Promise<void> {
  const checklist = postRollbackChecklist(to, verified, await git.isCommitted(to.file));
  if (json) {
    terminal.data(
      JSON.stringify({ stack: to.stack, phase: to.config.phase, verified, checklist }, undefined, 2),
    );
    return;
  }
  const mark = { yes: pc.green("✓"), no: pc.red("✗"), open: pc.yellow("?") };
  terminal.data(
    table(
      ["", "verified", "found"],
      verified.map(({ what, result, found }) => [mark[result], what, found]),
    ),
  );
  terminal.data(`\nAfter the rollback:\n${checklistText(checklist)}`);
}

function notDone(
  { terminal }: Desk,
  trouble: Trouble,
  { file, config }: LoadedStack,
  command: string,
): ExitCode {
  terminal.words(
    trouble.code === "INTERRUPTED"
      ? pc.yellow("Stopped behind the running steps; the rollback is not finished.")
      : pc.red(`The rollback did not come to its end: ${describeTrouble(trouble, config.phase)}`),
  );
  // What the live code needs is not taken away by asking once more, and still less by hand.
  if (trouble.code === "SCHEMA_NEEDED") return EXIT.act;
  terminal.words(`${file} says where the stack goes; the same command goes on: ${command}`);
  terminal.words(`By hand, without Pulumi: ${command} --instructions`);
  return EXIT.act;
}
