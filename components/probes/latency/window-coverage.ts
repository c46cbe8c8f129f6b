import { median } from "simple-statistics";

export interface Point {
  /** ISO 8601, or a Date. */
  at: string | Date;
  value: number;
}

/** How much of a window the points speak for. */
export interface Coverage {
  /** 0 to 1. */
  share: number;
  /** Seconds between neighbouring points (their median); null with fewer than two. */
  stepSeconds: number | null;
  points: number;
  windowSeconds: number;
}

/** Each distinct time speaks for one step; with fewer than two times the step is taken as a minute. */
export function coverageOf(
  { from, to }: { from: Date; to: Date },
  series: readonly { points: readonly Point[] }[],
): Coverage {
  const times = [
    ...new Set(series.flatMap(({ points }) => points.map(({ at }) => new Date(at).getTime()))),
  ].sort((a, b) => a - b);
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const stepMs = steps.length === 0 ? 60_000 : median(steps);
  const windowMs = Math.max(0, to.getTime() - from.getTime());
  const share = windowMs === 0 ? 0 : Math.min(1, (times.length * stepMs) / windowMs);
  return {
    share: Math.round(share * 1000) / 1000,
    stepSeconds: steps.length === 0 ? null : stepMs / 1000,
    points: times.length,
    windowSeconds: Math.round(windowMs / 1000),
  };
}

/** `Recorded for 11 of 15 minutes.` Nothing to say about a window that is covered. */
export function showCoverage({ share, windowSeconds }: Coverage): string {
  const minutes = (seconds: number) => Math.round(seconds / 6) / 10;
  return share >= 0.95
    ? "The whole window is covered."
    : `Only ${minutes(share * windowSeconds)} of ${minutes(windowSeconds)} minutes are covered.`;
}
