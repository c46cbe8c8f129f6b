import pc from "picocolors";

import type { Sleep } from "../../components/probes/ports";
import { DRIFT_MS } from "../../components/slept";
import type { Engine } from "../engine/port";
import type { Desk } from "../shared/desk";
import type { LoadedStack } from "../shared/load-stack";
import { commandText } from "../shared/next-command";
import type { RenderNow } from "../shared/render-access";
import type { Standing } from "../shared/standing";
import { durationText, endText } from "../status/times";
import { outlookOf } from "../verify/read/outlook";

export interface WaitPorts {
  renderNow: RenderNow;
  sleep: Sleep;
  /** Milliseconds on a clock that only moves forward. */
  elapsed: () => number;
  /** Milliseconds since 1970 on this machine's own clock: where it runs away from the other, the machine slept. */
  wall?: () => number;
}

/** Render tells its time in whole seconds. */
const SLACK_MS = 2_000;
/** Where nothing can be shown in place, what is left is told so often: milliseconds. */
const TOLD_EVERY_MS = 60_000;

/**
 * Waits until the soak is over and the schedule open, by state and config; the preview that follows is what decides.
 * @returns whether it may go on; false where it was interrupted, or where something has to be done that time does not do.
 */
export async function waitForStart(
  { terminal, interrupts }: Desk,
  engine: Engine,
  loaded: LoadedStack,
  standing: Standing,
  { renderNow, sleep, elapsed, wall = elapsed }: WaitPorts,
): Promise<boolean> {
  const now = await renderNow(loaded, engine);
  const { timeZone } = loaded.config;
  const { phase, next, earliest, waitsFor } = outlookOf(loaded, standing, now);
  if (waitsFor.length > 0) {
    terminal.words(pc.red(`To wait is no use: ${waitsFor.join(", ")}.`));
    terminal.words(`Next: ${commandText("status", loaded.stack)} says what has to be done.`);
    return false;
  }
  if (earliest === null || phase === null || next === null) return true;
  const until = endText(earliest, { at: now.toISOString(), timeZone });
  terminal.words(
    `${phase} may end at ${until} ${timeZone}; waiting until then, and asking before ${next}. Ctrl-C ends.`,
  );
  let began = elapsed();
  let leftAtFirst = Date.parse(earliest) - now.getTime() + SLACK_MS;
  const drift = () => wall() - elapsed();
  let driftAtFirst = drift();
  let toldMs = began;
  for (;;) {
    if (Math.abs(drift() - driftAtFirst) > DRIFT_MS) {
      // The clock that counts stood still while this machine slept: Render says what is left, once it can be asked.
      const woken = await renderNow(loaded, engine).catch(() => undefined);
      if (woken !== undefined) {
        leftAtFirst = Date.parse(earliest) - woken.getTime() + SLACK_MS;
        began = elapsed();
        driftAtFirst = drift();
      }
    }
    const leftMs = leftAtFirst - (elapsed() - began);
    if (leftMs <= 0 || interrupts.signal.aborted) break;
    const left = `  … ${durationText(leftMs / 1000, "up")} left`;
    if (terminal.live !== undefined) terminal.live([pc.dim(left)]);
    else if (elapsed() - toldMs >= TOLD_EVERY_MS) {
      toldMs = elapsed();
      terminal.words(left);
    }
    await sleep(Math.min(leftMs, 1_000), interrupts.signal);
  }
  terminal.live?.([]);
  return !interrupts.signal.aborted;
}
