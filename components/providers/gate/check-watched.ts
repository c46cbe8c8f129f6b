import { DateTime } from "luxon";

import { asJson, type CheckResult } from "../../probes/verdict";
import type { Watched } from "../watch-log";
import { checkId } from "../../probes/check-id";

/** Outages beyond these are counted. */
const SHOWN = 5;

/**
 * What the watch saw while a phase soaked. It looks from the operator's machine, so it warns at the most. Empty where nobody
 * watched: that is no evidence of anything.
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
  const base = {
    check: checkId("watch"),
    samples: looks,
    threshold: "no outage",
    observed: `${outages.length} outage${outages.length === 1 ? "" : "s"}`,
    probe: "rollout watch, on the operator's machine",
    at: now.toISOString(),
  };
  if (outages.length === 0) {
    const summary = `the watch saw no outage since ${clock(since)}`;
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
      summary: `the watch saw: ${[...told, ...more].join("; ")}`,
      evidence: asJson(outages.slice(0, SHOWN)),
    },
  ];
}
