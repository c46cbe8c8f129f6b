import type { RolloutRecord, WatchEvent } from "./record";
import { failureOf, isRollback, phasesOf } from "./steps";

/** A time in which something was not as it should be. */
export interface Incident {
  kind: "outage" | "slow" | "failed-update" | "failed-probes";
  /** It stopped the rollout, or users were without the service for more than a minute. */
  critical: boolean;
  startedAt: string;
  /** Null while it lasts, or where nobody saw its end. */
  endedAt: string | null;
  seconds: number | null;
  what: string;
  /** Where it is known from. */
  source: string;
}

/** Down for longer than this is critical, by the runbook. */
const CRITICAL_SECONDS = 60;

/** Everything that went wrong, oldest first. */
export function findIncidents(record: RolloutRecord): Incident[] {
  return [...failedUpdates(record), ...failedProbes(record), ...watched(record.watched)].sort((a, b) =>
    a.startedAt.localeCompare(b.startedAt),
  );
}

/** From the end of an update that failed until one succeeds. */
function failedUpdates(record: RolloutRecord): Incident[] {
  const { updates } = record;
  return updates.flatMap((update, index): Incident[] => {
    if (update.result !== "failed" || update.endedAt === null) return [];
    // A second failure goes on with the first one's incident.
    if (updates[index - 1]?.result === "failed") return [];
    const end = updates.slice(index + 1).find(({ result }) => result === "succeeded");
    const way = end === undefined ? "" : isRollback(end, phasesOf(record)) ? "; ended by a rollback" : "";
    return [
      {
        kind: "failed-update",
        critical: true,
        startedAt: update.endedAt,
        ...until(update.endedAt, end?.endedAt ?? null),
        what: `${failureOf(update)}${way}`,
        source: `update ${update.number}`,
      },
    ];
  });
}

/** Probes that failed while a deploy went live. */
function failedProbes({ updates }: RolloutRecord): Incident[] {
  const seen = new Set<string>();
  return updates.flatMap((update) => {
    return Object.entries(update.left?.deploys ?? {}).flatMap(([service, { id, probes }]): Incident[] => {
      if (probes === null || probes.failed === 0 || seen.has(`${service} ${id}`)) return [];
      seen.add(`${service} ${id}`);
      const first = probes.failures[0];
      const last = probes.failures.at(-1);
      const startedAt = first?.at ?? update.startedAt;
      const answers = [...new Set(probes.failures.map(({ answer }) => answer))].join(", ");
      return [
        {
          kind: "failed-probes",
          critical: false,
          startedAt,
          ...until(startedAt, last === undefined ? null : last.at),
          what: `${service} failed ${probes.failed} of ${probes.made} probes while deploy ${id} went live${answers === "" ? "" : ` (${answers})`}`,
          source: `update ${update.number}`,
        },
      ];
    });
  });
}

/** Incidents that the watch saw: from `down` until `up`, from `slow` until `well`. */
function watched(events: readonly WatchEvent[]): Incident[] {
  return events.flatMap((event, index): Incident[] => {
    if (event.event !== "down" && event.event !== "slow") return [];
    const before = events.slice(0, index).findLast(({ service }) => service === event.service);
    if (before?.event === event.event) return [];
    const ends = event.event === "down" ? ["up", "well"] : ["well", "up"];
    const end = events
      .slice(index + 1)
      .find(({ service, event: kind }) => service === event.service && ends.includes(kind));
    const { seconds, endedAt } = until(event.at, end?.at ?? null);
    const service = event.service === "" ? "a service" : event.service;
    const said = event.text === "" || event.text === event.event ? "" : `: ${event.text}`;
    return [
      {
        kind: event.event === "down" ? "outage" : "slow",
        critical: event.event === "down" && (seconds === null || seconds > CRITICAL_SECONDS),
        startedAt: event.at,
        endedAt,
        seconds,
        what: `${service} ${event.event === "down" ? "did not answer as it should" : "answered slowly"}${said}`,
        source: "the watch",
      },
    ];
  });
}

function until(startedAt: string, endedAt: string | null): Pick<Incident, "endedAt" | "seconds"> {
  if (endedAt === null) return { endedAt: null, seconds: null };
  return { endedAt, seconds: Math.max(0, Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)) };
}
