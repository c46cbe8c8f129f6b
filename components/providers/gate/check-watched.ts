import { DateTime } from "luxon";

import { asJson, type CheckResult } from "../../probes/verdict";
import type { Watched } from "../watch-log";
import { checkId } from "../../probes/check-id";

/** A pause so long is none that a watch makes between two looks: milliseconds, and as many times what is usual in it. */
const PAUSE_MS = 120_000;
const TIMES_USUAL = 3;

/** Outages beyond these are counted. */
const SHOWN = 5;

/**
 * What the watch saw while a phase soaked. It looks from the operator's machine, so it warns at the most. Empty where nobody
 * watched: that is no evidence of anything. While the machine slept, or before the watch began, it saw nothing, and that is said.
 */
export function checkWatched(
  watched: Watched | undefined,
  { since, now, timeZone }: { since: Date; now: Date; timeZone: string },
): CheckResult[] {
  if (watched === undefined || (watched.looks === 0 && watched.outages.length === 0)) return [];
  const clock = (time: string | Date) =>
    (typeof time === "string" ? DateTime.fromISO(time) : DateTime.fromJSDate(time))
      .setZone(timeZone)
      .toFormat("HH:mm:ss");
  const { outages, looks } = watched;
  const holes = unwatched(watched.lookedAt, since, now);
  const gaps = holes.map(({ from, to }) => `${clock(from)} to ${clock(to)}`).join(", ");
  const but = gaps === "" ? "" : `; nothing was asked from ${gaps}, and nothing is known of that time`;
  const base = {
    check: checkId("watch"),
    samples: looks,
    threshold: "no outage",
    observed: `${outages.length} outage${outages.length === 1 ? "" : "s"}`,
    probe: "rollout watch, on the operator's machine",
    at: now.toISOString(),
  };
  if (outages.length === 0) {
    const summary = `the watch saw no outage since ${clock(since)}${but}`;
    return [{ ...base, verdict: "pass", summary }];
  }
  const told = outages.slice(0, SHOWN).map(({ service, since: from, seconds, text }) => {
    const long = seconds === undefined ? "and nobody saw its end" : `for ${seconds} s`;
    return `${service} down at ${clock(from)} ${long} (${text})`;
  });
  const more = outages.length > SHOWN ? [`${outages.length - SHOWN} more`] : [];
  return [
    {
      ...base,
      verdict: "warn",
      summary: `the watch saw: ${[...told, ...more].join("; ")}${but}`,
      evidence: asJson(outages.slice(0, SHOWN)),
    },
  ];
}

/** Times in which it did not look, the longest pauses of its own left out. */
function unwatched(
  lookedAt: readonly string[] | undefined,
  since: Date,
  now: Date,
): { from: Date; to: Date }[] {
  if (lookedAt === undefined) return [];
  const looks = lookedAt.map((at) => new Date(at));
  const between = looks.slice(1).map((at, index) => at.getTime() - (looks[index]?.getTime() ?? 0));
  const usual = between.toSorted((a, b) => a - b)[Math.floor(between.length / 2)] ?? 0;
  const pause = Math.max(PAUSE_MS, usual * TIMES_USUAL);
  const moments = [since, ...looks, now];
  return moments.slice(1).flatMap((to, index) => {
    const from = moments[index] ?? since;
    return to.getTime() - from.getTime() > pause ? [{ from, to }] : [];
  });
}
