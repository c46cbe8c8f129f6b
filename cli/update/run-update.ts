import pc from "picocolors";

import type { StackConfig } from "../../components/config";
import type { Engine, EngineEvent, EngineRun } from "../engine/port";
import { failedKinds } from "../engine/troubles";
import { writeUpdateMessage } from "../log/update-message";
import type { Desk } from "../shared/desk";
import { wayBack } from "../shared/way-back";
import type { FrozenStack } from "./frozen-stack";
import { keepProgress } from "./keep-progress";
import { createProgress } from "./progress";
import { withoutDeadLock } from "./unlock";

/** What the stack's history keeps of the decision behind an update. */
export interface Decision {
  /** The command that it came from. */
  command: string;
  /** "advance to api" */
  title: string;
  /** The operator's reason, where one was given. */
  because?: string | undefined;
}

/** The update, with its progress as it happens; a dead update's lock is dealt with, and the team hears of each failure. */
export async function runUpdate(
  desk: Desk,
  engine: Engine,
  config: StackConfig,
  { yes, signal, frozen, decision }: Updating,
): Promise<EngineRun> {
  desk.terminal.words(pc.bold("Update:"));
  if (decision.command === "advance") desk.terminal.words(pc.dim(`  ${wayBack(config.stack)}`));
  const kept = keepProgress(desk.directory, config.stack, decision.title);
  const progress = createProgress({
    words: (line) => {
      desk.terminal.words(line);
      kept.line(line);
    },
    log: (line) => {
      kept.line(line);
    },
    live: desk.terminal.live,
    now: () => performance.now(),
  });
  const onEvent = (event: EngineEvent) => {
    progress.onEvent(event);
  };
  const { configFile } = frozen;
  const message = writeUpdateMessage({ ...decision, by: await desk.git.operator() });
  const watch = { onEvent, configFile, message, ...(signal === undefined ? {} : { signal }) };
  const run = await everySecond(progress.tick, () =>
    withoutDeadLock(desk, engine, yes, () => engine.up(watch)),
  );
  progress.end();
  kept.end(run.ok ? undefined : (run.trouble?.what ?? "it failed"));
  if (run.ok) desk.terminal.words(pc.green(`The update is done, in ${run.seconds} s.`));
  else if (isUntold(run)) {
    const text = `${config.stack}: the rollout stopped.\n${run.trouble?.what ?? ""}`;
    await desk.tellTeam(config, engine, text, (line) => {
      desk.terminal.words(pc.yellow(line));
    });
  }
  return run;
}

export interface Updating {
  yes: boolean;
  signal?: AbortSignal;
  frozen: FrozenStack;
  decision: Decision;
}

/** Our resources tell of their own failures; a command of the operator's, or an engine that dies, cannot. */
function isUntold({ events, trouble }: EngineRun): boolean {
  return trouble?.code === "KILLED" || failedKinds(events).has("Command");
}

/** The preview; what it says is for the caller. */
export async function runPreview(
  desk: Desk,
  engine: Engine,
  { yes, frozen }: { yes: boolean; frozen?: FrozenStack },
): Promise<EngineRun> {
  desk.terminal.words("Looking at what would happen …");
  const began = performance.now();
  const tick = () =>
    desk.terminal.live?.([pc.dim(`  … for ${Math.floor((performance.now() - began) / 1000)} s`)]);
  const watch = {
    signal: desk.interrupts.signal,
    ...(frozen === undefined ? {} : { configFile: frozen.configFile }),
  };
  const run = await everySecond(tick, () => withoutDeadLock(desk, engine, yes, () => engine.preview(watch)));
  desk.terminal.live?.([]);
  return run;
}

/** Calls something once a second for as long as work goes on. */
async function everySecond<T>(tick: () => void, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(tick, 1_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Whether what is about to run is still what was shown; where it is not, that is said, and nothing has been touched. */
export function isAsShown({ terminal }: Desk, frozen: FrozenStack): boolean {
  const changed = frozen.changedSince();
  if (changed.length === 0) return true;
  const [what, verb] = [changed.join(" and "), changed.length === 1 ? "was" : "were"];
  terminal.words(
    pc.red(
      `${what} ${verb} changed while this waited: what would run is not what was shown. Nothing was touched.`,
    ),
  );
  return false;
}
