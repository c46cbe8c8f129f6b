import { PHASES, phaseIndex } from "../../../components/config";
import { earliestStart, timed } from "../../status/next-phase";
import { scheduleVerdict } from "../../../components/plan/schedule/schedule-verdict";
import { phaseSteps, type PhaseStep } from "../../shared/phase-line";
import type { LoadedStack } from "../../shared/load-stack";
import type { Standing } from "../../shared/standing";

/** Where the rollout stands, and when it may go on if all stays well: by state, config and a clock, without asking anybody. */
export interface Outlook {
  steps: PhaseStep[];
  /** What is live. */
  phase: string | null;
  /** Null where nothing comes after it. */
  next: string | null;
  /** ISO time at which the phase has soaked; null where it has, where no soak is asked for, or its gate has not passed. */
  soaksUntil: string | null;
  /** ISO time at which the next phase may begin, soak and schedule considered; null where it may now, or nobody knows. */
  earliest: string | null;
  /** Why it may not begin whatever time passes: a gate that is red, items that nobody has signed. */
  waitsFor: string[];
}

/** @param at by Render's clock, where it is known. */
export function outlookOf({ config }: LoadedStack, standing: Standing, at: Date): Outlook {
  const gates = PHASES.flatMap((phase) => {
    const gate = standing.gates.get(phase);
    if (gate === undefined) return [];
    const { state, passed, verifiedAt = null, passedAt = null } = gate;
    return [{ phase, state, passed, verifiedAt, passedAt }];
  });
  const here = gates.at(-1);
  const steps = phaseSteps(gates);
  if (here === undefined)
    return { steps, phase: null, next: config.phase, soaksUntil: null, earliest: null, waitsFor: [] };
  const { phase } = here;
  const next = PHASES[phaseIndex(phase) + 1] ?? null;
  if (next === null) return { steps, phase, next, soaksUntil: null, earliest: null, waitsFor: [] };
  if (here.passedAt === null || !here.passed) {
    return {
      ...{ steps, phase, next, soaksUntil: null, earliest: null },
      waitsFor: [`the gate of ${phase} has not passed`],
    };
  }
  const began = [here.passedAt, ...[...standing.deploys.values()].map(({ liveAt }) => liveAt)]
    .map((time) => Date.parse(time))
    .filter((time) => Number.isFinite(time));
  const soakedAt = Math.max(...began) + config.soakSeconds[phase] * 1000;
  const soaksUntil = soakedAt > at.getTime() ? new Date(soakedAt).toISOString() : null;
  const { schedule } = config;
  const shut = schedule === undefined ? undefined : scheduleVerdict(schedule, at);
  const opening = shut?.open === false ? shut.nextOpening : undefined;
  const blockers = [
    ...(soaksUntil === null ? [] : [timed({ kind: "soak", sentence: "", until: soaksUntil }, at)]),
    ...(opening === undefined ? [] : [timed({ kind: "schedule", sentence: "", until: opening }, at)]),
  ];
  const unsigned = config.prerequisites.filter(
    (item) =>
      item.phase === phase &&
      item.postgresRecovery === undefined &&
      !Object.hasOwn(config.acknowledged, item.id),
  );
  return {
    ...{ steps, phase, next, soaksUntil },
    earliest: earliestStart(blockers, schedule, at) ?? null,
    waitsFor: unsigned.map(({ id }) => `${id} is not signed off`),
  };
}
