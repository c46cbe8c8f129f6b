import type { Sleep } from "../../components/probes/ports";
import { messageOf, RolloutError } from "../../components/errors";
import { DRIFT_MS, machineClocks, type TwoClocks } from "../../components/slept";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { untilInterrupted } from "../shared/interrupts";
import { commandText } from "../shared/next-command";
import { UsageError } from "../shared/usage-error";
import type { Screen } from "../verify/watch/screen";
import { whyAct, type StatusFacts } from "./facts";
import { statusText } from "./show";

/** State and Render are asked anew so often; between, what is left is counted down. */
const LOOKS_EVERY_S = 30;

/** What looking again and again needs. */
export interface StatusWindow {
  openScreen(): Screen | undefined;
  /** Columns of the terminal that data goes to; undefined where it goes elsewhere. */
  columns: number | undefined;
}

export interface StatusLooks {
  look: () => Promise<StatusFacts>;
  stack: string;
  sleep: Sleep;
  /** This machine's; where they run apart it slept, and what was counted down is no longer true. */
  clocks?: TwoClocks;
}

/**
 * Shows where the rollout stands in a window of its own, counting down what is left of a soak or until a window opens, until
 * Ctrl-C. @throws UsageError where there is no terminal to do it in; RolloutError INTERRUPTED before the first look.
 */
export async function watchStatus(
  { terminal, interrupts }: Desk,
  window: StatusWindow,
  { look, stack, sleep, clocks = machineClocks }: StatusLooks,
): Promise<ExitCode> {
  const screen = window.openScreen();
  if (screen === undefined) throw new UsageError("--watch needs a terminal; without it one look is taken");
  const { signal } = interrupts;
  let facts: StatusFacts | undefined;
  let seconds = 0;
  /** Nothing is counted down from facts that nobody could look at anew. */
  let stale = false;
  const drift = () => clocks.wall() - clocks.elapsed();
  const lookAgain = async () => {
    try {
      const found = await look();
      stale = false;
      return found;
    } catch (error) {
      // After the first look a network that is not there yet, as when the machine has just woken, ends nothing.
      if (facts === undefined) throw error;
      stale = true;
      return notSince(facts, error);
    }
  };
  const draw = () => {
    if (facts === undefined) screen.show("Looks for the first time … Ctrl-C ends");
    else screen.show(pictureOf(laterBy(facts, stale ? 0 : seconds), stack, screen));
  };
  try {
    screen.onResize(draw);
    draw();
    while (!isOver(signal)) {
      const found = await untilInterrupted(signal, lookAgain());
      if (found === undefined) break;
      facts = found;
      const driftAtLook = drift();
      const slept = () => Math.abs(drift() - driftAtLook) > DRIFT_MS;
      for (seconds = 0; seconds < LOOKS_EVERY_S && !isOver(signal) && !slept(); seconds += 1) {
        draw();
        await sleep(1_000, signal);
      }
    }
  } finally {
    screen.close();
  }
  if (facts === undefined)
    throw new RolloutError("INTERRUPTED", "stopped before everything was looked at; nothing was changed.");
  terminal.data(statusText(facts, window.columns));
  return whyAct(facts).length === 0 ? EXIT.done : EXIT.act;
}

/** A call, as the compiler would otherwise carry one answer over an `await`. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

const NOT_SINCE = "this is how it was at ";

/** Facts that could not be looked at anew: they say of when they are, once. */
function notSince(facts: StatusFacts, error: unknown): StatusFacts {
  const others = facts.notLookedAt.filter((note) => !note.startsWith(NOT_SINCE));
  return { ...facts, notLookedAt: [...others, `${NOT_SINCE}${facts.at}; since then: ${messageOf(error)}`] };
}

/** The same facts some seconds later: what is left has become less. */
export function laterBy(facts: StatusFacts, seconds: number): StatusFacts {
  const at = new Date(Date.parse(facts.at) + seconds * 1000).toISOString();
  if (facts.next === null) return { ...facts, at };
  const blockers = facts.next.blockers.map((blocker) => ({
    ...blocker,
    remainingSeconds:
      blocker.remainingSeconds === null ? null : Math.max(0, blocker.remainingSeconds - seconds),
  }));
  return { ...facts, at, next: { ...facts.next, blockers } };
}

/** The way back stands above all; what there is no room for is cut off at the bottom, and it is said. */
function pictureOf(
  facts: StatusFacts,
  stack: string,
  { columns, rows }: { columns: number; rows: number },
): string {
  const head = `back: ${commandText("rollback", stack, "--full")}   Ctrl-C ends`;
  const unknown = facts.notLookedAt.map((note) => `! ${note}`);
  const lines = [head, ...unknown, ...statusText(facts, columns, { nextFirst: true }).split("\n")];
  if (lines.length <= rows) return lines.join("\n");
  return [
    ...lines.slice(0, rows - 1),
    `… ${lines.length - rows + 1} lines more: a higher window shows them`,
  ].join("\n");
}
