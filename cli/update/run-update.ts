import pc from "picocolors";

import type { StackConfig } from "../../components/config";
import type { Engine, EngineRun } from "../engine/port";
import { failedKinds } from "../engine/troubles";
import type { Desk } from "../shared/desk";
import { createProgress } from "./progress";
import { withoutDeadLock } from "./unlock";

/** The update, with its progress as it happens; a dead update's lock is dealt with, and the team hears of each failure. */
export async function runUpdate(
  desk: Desk,
  engine: Engine,
  config: StackConfig,
  { yes, signal }: { yes: boolean; signal?: AbortSignal },
): Promise<EngineRun> {
  desk.terminal.words(pc.bold("Update:"));
  const onEvent = createProgress((line) => {
    desk.terminal.words(line);
  });
  const watch = signal === undefined ? { onEvent } : { onEvent, signal };
  const run = await withoutDeadLock(desk, engine, yes, () => engine.up(watch));
  if (run.ok) desk.terminal.words(pc.green(`The update is done, in ${run.seconds} s.`));
  else if (isUntold(run)) {
    const text = `${config.stack}: the rollout stopped.\n${run.trouble?.what ?? ""}`;
    await desk.tellTeam(config, engine, text, (line) => {
      desk.terminal.words(pc.yellow(line));
    });
  }
  return run;
}

/** Our resources tell of their own failures; a command of the operator's, or an engine that dies, cannot. */
function isUntold({ events, trouble }: EngineRun): boolean {
  return trouble?.code === "KILLED" || failedKinds(events).has("Command");
}

/** The preview; what it says is for the caller. */
export async function runPreview(desk: Desk, engine: Engine, { yes }: { yes: boolean }): Promise<EngineRun> {
  desk.terminal.words("Looking at what would happen …");
  return withoutDeadLock(desk, engine, yes, () => engine.preview({ signal: desk.interrupts.signal }));
}
