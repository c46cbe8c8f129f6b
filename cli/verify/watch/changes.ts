import type { Sample } from "../../../components/probes/latency/sample-endpoints";
import { fullName, isWell, type Row } from "../row";

/** Something that became otherwise while somebody watched. */
export interface Change {
  /** ISO time, by Render's clock where that is known. */
  at: string;
  /** The service's name on Render; empty for what is about all together. */
  service: string;
  /**
   * `down` and `up`: whether a service answers its health path; `gap`: for a while nothing was asked; the others: what a look made of
   * a row.
   */
  event: "down" | "up" | "slow" | "well" | "verdict" | "gap";
  text: string;
  /** With `up`: how long it was down, and how many of the requests meanwhile failed. */
  outage?: { seconds: number; failed: number; requests: number };
}

/** One request to a service's health path. */
export interface Beat {
  service: string;
  /** When it was sent, and when its answer was there. */
  sentAt: Date;
  answeredAt: Date;
  /** What is wrong with the answer; undefined where it is good. */
  trouble?: string;
}

/** The log of changes. It remembers what is down, whoever saw it first. */
export interface ChangeLog {
  /** @returns what is new by this request. */
  beat(beat: Beat): Change[];
  /**
   * @param rows of this look. @param samples its requests: those to a service that is down count to its outage.
   * @param byHealth whether a service's health row says that it is down; not where beats do.
   * @returns what is new by it.
   */
  look(at: Date, rows: readonly Row[], samples: readonly Sample[], byHealth: boolean): Change[];
  /** Nothing was asked between these moments, so nothing is known of that time. @param why completes "nothing was asked …: ". */
  gap(from: Date, to: Date, why: string): Change[];
  /** Oldest first, those of earlier watches among them. */
  all(): Change[];
  /** Since when a service is down; undefined where it is not. */
  downSince(service: string): string | undefined;
}

interface Outage {
  since: string;
  /** Of its time, that in which nobody asked, in seconds. */
  unasked: number;
  failed: number;
  requests: number;
}

/** @param earlier of the watch before: what was down at its end is down still, until it answers. */
export function createChangeLog(earlier: readonly Change[] = []): ChangeLog {
  const all: Change[] = [...earlier];
  const down = new Map<string, Outage>();
  for (const { event, service, at } of earlier) {
    if (event === "down") down.set(service, { since: at, unasked: 0, failed: 0, requests: 0 });
    if (event === "up") down.delete(service);
  }
  let last: Map<string, Row> | undefined;

  const told = (changes: Change[]): Change[] => {
    all.push(...changes);
    return changes;
  };

  function health(service: string, at: Date, end: Date, trouble: string | undefined): Change[] {
    const outage = down.get(service);
    if (trouble !== undefined) {
      if (outage !== undefined) {
        outage.failed += 1;
        outage.requests += 1;
        return [];
      }
      const since = at.toISOString();
      down.set(service, { since, unasked: 0, failed: 1, requests: 1 });
      return [{ at: since, service, event: "down", text: trouble }];
    }
    if (outage === undefined) return [];
    down.delete(service);
    const seconds = Math.max(1, Math.ceil((end.getTime() - Date.parse(outage.since)) / 1000));
    const counted = { failed: outage.failed, requests: outage.requests + 1 };
    return [
      {
        at: end.toISOString(),
        service,
        event: "up",
        text: outageText({ seconds, ...counted }, outage.unasked),
        outage: { seconds, ...counted },
      },
    ];
  }

  /** That it is down or up is told by whoever asks most often; that it is slow, or cannot be asked, by looks alone. */
  function healthChange(row: Row, before: Row | undefined, at: Date, byHealth: boolean): Change[] {
    const { service, verdict, seen } = row;
    const answers = verdict === "pass" || verdict === "warn";
    const isKnown = answers || verdict === "fail";
    const upOrDown = byHealth && isKnown ? health(service ?? "", at, at, answers ? undefined : seen) : [];
    const odd = isOdd(row) !== (before !== undefined && isOdd(before));
    return [...upOrDown, ...(odd ? [verdictChange(row, at)] : [])];
  }

  return {
    beat: ({ service, sentAt, answeredAt, trouble }) => told(health(service, sentAt, answeredAt, trouble)),
    look(at, rows, samples, byHealth) {
      // Where looks alone ask, a service that has requests to be counted is up again.
      for (const { endpoint, ok, measured } of byHealth ? [] : samples) {
        const [service = ""] = endpoint.split(" ");
        const outage = down.get(service);
        if (outage === undefined || !measured) continue;
        outage.requests += 1;
        if (!ok) outage.failed += 1;
      }
      const before = last ?? new Map<string, Row>();
      const silent = new Set(
        rows.flatMap(({ kind, service, verdict }) =>
          kind === "health" && verdict === "fail" ? [service] : [],
        ),
      );
      last = new Map(before);
      const found: Change[] = [];
      for (const row of rows) {
        // Of a service that does not answer everything else is unknown: that is one change, not ten.
        if (row.kind !== "health" && silent.has(row.service)) continue;
        const name = fullName(row);
        const earlier = before.get(name);
        last.set(name, row);
        found.push(
          ...(row.kind === "health" ? healthChange(row, earlier, at, byHealth) : rowChange(row, earlier, at)),
        );
      }
      return told(withoutCrowds(found));
    },
    gap(from, to, why) {
      const seconds = Math.round((to.getTime() - from.getTime()) / 1000);
      for (const outage of down.values()) outage.unasked += seconds;
      const text = `nothing was asked for ${durationWords(seconds)} before, so nothing is known of them: ${why}`;
      return told([{ at: to.toISOString(), service: "", event: "gap", text }]);
    },
    all: () => [...all],
    downSince: (service) => down.get(service)?.since,
  };
}

/** Many flags that change alike are one change: where Render does not answer, they all do. */
function withoutCrowds(found: readonly Change[]): Change[] {
  const alike = new Map<string, Change[]>();
  for (const change of found) {
    const [flag = "", verdict = ""] = change.text.split(": ");
    const key = flag.startsWith("flag ")
      ? `${change.service} ${verdict}`
      : `${change.service} ${change.text}`;
    alike.set(key, [...(alike.get(key) ?? []), change]);
  }
  return [...alike.values()].flatMap((changes) => {
    const [first] = changes;
    if (first === undefined || changes.length === 1) return changes;
    const said = first.text.split(": ").slice(1).join(": ");
    return [{ ...first, text: `${changes.length} flags of ${first.service}: ${said}` }];
  });
}

/** Of a health row: it answers, and is not well all the same; or nobody could ask it. */
function isOdd({ verdict }: Row): boolean {
  return verdict === "warn" || verdict === "could-not-measure";
}

function rowChange(row: Row, before: Row | undefined, at: Date): Change[] {
  const well = isWell(row);
  if (well === (before === undefined || isWell(before))) return [];
  if (row.kind !== "response-times") return [verdictChange(row, at)];
  return [
    { at: at.toISOString(), service: row.service ?? "", event: well ? "well" : "slow", text: row.seen },
  ];
}

function verdictChange(row: Row, at: Date): Change {
  const text = `${fullName(row)}: ${row.verdict}: ${row.seen}`;
  return { at: at.toISOString(), service: row.service ?? "", event: "verdict", text };
}

/** "8 s, 3 of 12 requests failed" */
function outageText({ seconds, failed, requests }: NonNullable<Change["outage"]>, unasked: number): string {
  const known = unasked === 0 ? "" : `, of which nobody asked for ${durationWords(unasked)}`;
  return `${durationWords(seconds)}${known}, ${failed} of ${requests} requests failed`;
}

function durationWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${seconds % 60} s`;
}
