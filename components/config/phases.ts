/** The rollout's phases, in order. A stack's config names the one that it stands in. */
export const PHASES = [
  "preparation",
  "migrations",
  "api",
  "ui",
  "notifications",
  "smoke",
  "monitoring",
  "complete",
] as const;

export type Phase = (typeof PHASES)[number];

/** 0 for `preparation` to 7 for `complete`. */
export function phaseIndex(phase: Phase): number {
  return PHASES.indexOf(phase);
}
