import type { Deploy } from "../../render/client";
import { nextWaitMs, type Pace } from "../pace";

/** Milliseconds, where nothing is known of a service: seldom enough that a flip stays within twenty requests. */
const PACE: Pace = { first: 1_500, factor: 1.6, most: 10_000 };
/** Near the usual end the looks are close to one another, and before that there are few. Shares of the usual time. */
const NEAR = { from: 0.85, until: 1.5, step: 0.08, leastMs: 300 };
const MOST_DEPLOYS = 5;

/**
 * How long to wait before a deploy is looked at (again), in milliseconds.
 * @param elapsedMs since it was started.
 * @param previousMs the wait before; undefined at first.
 * @param usualMs how long deploys of this service take, where that is known.
 */
export function nextPollMs(elapsedMs: number, previousMs: number | undefined, usualMs?: number): number {
  const next = nextWaitMs(previousMs, PACE);
  if (usualMs === undefined) return next;
  const untilNear = usualMs * NEAR.from - elapsedMs;
  if (untilNear > 0) return Math.min(Math.max(untilNear, NEAR.leastMs), PACE.most);
  if (elapsedMs < usualMs * NEAR.until) {
    return Math.min(Math.max(usualMs * NEAR.step, NEAR.leastMs), PACE.most);
  }
  return next;
}

/** The median time of the newest deploys that became live and were started as ours are; undefined without any. */
export function usualDeployMs(deploys: readonly Deploy[]): number | undefined {
  const times = deploys
    .filter(({ trigger, status }) => trigger === "api" && (status === "live" || status === "deactivated"))
    .map(
      ({ createdAt, startedAt, finishedAt }) =>
        Date.parse(finishedAt ?? "") - Date.parse(startedAt ?? createdAt),
    )
    .filter((ms) => ms >= 0)
    .slice(0, MOST_DEPLOYS)
    .sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
}
