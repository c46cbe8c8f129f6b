import type { Snapshot } from "./record";

/** One moment on both clocks: milliseconds since 1970. */
export interface ClockPoint {
  machineMs: number;
  renderMs: number;
}

/**
 * Gates, deploys and soaks are told in Render's time, updates and the watch in this machine's. The two are told apart only
 * where they differ by more than this, as on a machine whose clock is wrong, or in a rehearsal, whose hours pass at once.
 */
export const CLOCKS_APART_MS = 120_000;

/**
 * What one update tells of the clocks: the newest moment that Render's clock gave while it ran is taken for its end.
 * Undefined where it left nothing that is newer than what was there before.
 */
export function clockPoint(
  endedMs: number,
  left: Snapshot | null,
  before: Snapshot | null,
): ClockPoint | undefined {
  const newest = left === null ? -Infinity : newestMoment(left);
  if (newest === -Infinity || (before !== null && newest <= newestMoment(before))) return undefined;
  return { machineMs: endedMs, renderMs: newest };
}

/** Milliseconds to add to a time of this machine to have Render's; 0 where nothing is known. @param points oldest first. */
export function createOffset(points: readonly ClockPoint[]): (machineMs: number) => number {
  return (machineMs) => {
    const point = points.find((each) => each.machineMs >= machineMs) ?? points.at(-1);
    const offset = point === undefined ? 0 : point.renderMs - point.machineMs;
    return Math.abs(offset) < CLOCKS_APART_MS ? 0 : offset;
  };
}

function newestMoment({ gates, deploys }: Snapshot): number {
  const times = [
    ...Object.values(gates).flatMap((gate) => [gate.verifiedAt, gate.passedAt, gate.closedAt]),
    ...Object.values(deploys).map(({ liveAt }) => liveAt),
  ];
  return Math.max(-Infinity, ...times.flatMap((time) => (time === null ? [] : [Date.parse(time)])));
}
