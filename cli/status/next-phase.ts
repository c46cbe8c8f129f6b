import { PHASES, phaseIndex, type Phase } from "../../components/config";
import { RolloutError } from "../../components/errors";
import type { Plan } from "../../components/plan/plan";
import { scheduleVerdict } from "../../components/plan/schedule/schedule-verdict";
import type { Schedule } from "../../components/config/types";
import type { Blocker } from "../../components/providers/gate/blocker";
import { stackWithText, type LoadedStack } from "../shared/load-stack";
import { editStackFile } from "../stack-file/edit-stack-file";
import type { BlockerFacts, Brings } from "./facts";

/** The stack as it would be declared in a phase, or why it cannot be. */
export function stackIn(loaded: LoadedStack, phase: Phase): LoadedStack | { problem: string } {
  if (loaded.config.phase === phase) return loaded;
  const { text, config } = loaded;
  try {
    return stackWithText(loaded, editStackFile(text, config.project, [{ kind: "phase", phase }]));
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    return { problem: `with phase: ${phase}, ${error.message}` };
  }
}

/** The phase after the one that the file names. */
export function phaseAfter(phase: Phase): Phase | undefined {
  return PHASES[phaseIndex(phase) + 1];
}

/** What a plan changes, compared with what is there. */
export function whatItBrings(
  plan: Plan,
  before: { isOn: (flag: string) => boolean; isApplied: (migration: string) => boolean },
): Brings {
  const on = plan.flags.filter((flag) => flag.on && !before.isOn(flag.key));
  const off = plan.flags.filter((flag) => !flag.on && before.isOn(flag.key));
  const flips = new Set([...on, ...off].map(({ serviceKey }) => serviceKey));
  return {
    flagsOn: on.map(({ key }) => key),
    flagsOff: off.map(({ key }) => key),
    flagsHeld: plan.flags
      .filter(({ reason, phase }) => reason === "held" && phase === plan.phase)
      .map(({ key }) => key),
    migrations: plan.groups.flatMap(({ target }) => target).filter((id) => !before.isApplied(id)),
    deploys: plan.deploys
      .filter(({ serviceKey }) => flips.has(serviceKey))
      .map(({ renderName }) => renderName),
  };
}

/** What `whatItBrings` compares with, where a plan is all that is known. */
export function asPlanned({ flags, groups }: Plan): Parameters<typeof whatItBrings>[1] {
  return {
    isOn: (key) => flags.some((flag) => flag.key === key && flag.on),
    isApplied: (id) => groups.some(({ target }) => target.includes(id)),
  };
}

/** A blocker with the time that is left. */
export function timed(blocker: Omit<Blocker, "kind"> & Pick<BlockerFacts, "kind">, at: Date): BlockerFacts {
  const { kind, sentence, until } = blocker;
  if (until === undefined) return { kind, sentence, until: null, remainingSeconds: null };
  const remainingSeconds = Math.max(0, Math.ceil((Date.parse(until) - at.getTime()) / 1000));
  return { kind, sentence, until: new Date(until).toISOString(), remainingSeconds };
}

/**
 * When all that time heals is over, and the schedule open: a soak may end after the night's window has shut.
 * Undefined where no time is known.
 */
export function earliestStart(
  blockers: readonly BlockerFacts[],
  schedule: Schedule | undefined,
  at: Date,
): string | undefined {
  const times = blockers.flatMap(({ until }) => (until === null ? [] : [Date.parse(until)]));
  const shutForGood = blockers.some(({ kind, until }) => kind === "schedule" && until === null);
  if (times.length === 0 || shutForGood) return undefined;
  const healed = new Date(Math.max(at.getTime(), ...times));
  const then = schedule === undefined ? undefined : scheduleVerdict(schedule, healed);
  if (then?.open !== false) return healed.toISOString();
  return then.nextOpening === undefined ? undefined : new Date(then.nextOpening).toISOString();
}
