import pc from "picocolors";

import type { Engine, EngineRun } from "../engine/port";
import type { Lock } from "../engine/troubles";
import type { Desk } from "../shared/desk";

/**
 * Runs an operation, and once more after a dead update's lock was broken: without being asked where the update's process
 * is known to be gone, otherwise only when the operator says so.
 */
export async function withoutDeadLock(
  desk: Desk,
  engine: Engine,
  yes: boolean,
  run: () => Promise<EngineRun>,
): Promise<EngineRun> {
  const first = await run();
  if (first.trouble?.code !== "LOCKED" || desk.interrupts.pressed()) return first;
  const { terminal } = desk;
  const { lock = {} } = first.trouble;
  const alive = desk.isAlive(lock.host, lock.pid);
  terminal.words(pc.yellow(describeLock(lock, alive)));
  if (alive === true) return first;
  if (alive === undefined || !yes) {
    if (!terminal.interactive) return first;
    const answer = await terminal.ask(pc.bold("Free the stack with `pulumi cancel` and go on? [y/N] "));
    if (!/^\s*y(es)?\s*$/i.test(answer ?? "")) return first;
  }
  await engine.cancel();
  terminal.words("The stack is free (pulumi cancel).");
  return run();
}

function describeLock({ user, host, pid, since }: Lock, alive: boolean | undefined): string {
  const who =
    user === undefined
      ? "another update"
      : `an update of ${user}@${host ?? "?"} (process ${pid ?? "?"}, since ${since ?? "?"})`;
  if (alive === true)
    return `The stack is locked by ${who}, which is still running. Wait for it, or stop it there with Ctrl-C.`;
  if (alive === false)
    return `The stack is locked by ${who}. That process does not exist any more: it was killed.`;
  return `The stack is locked by ${who}. Whether it still runs cannot be told from here: ask first.`;
}
