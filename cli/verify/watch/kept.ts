import { appendFileSync } from "node:fs";

import { numberOrNull, record, text, timeOrNull } from "../../log/lenient";
import { rolloutFolder, textOfFile } from "../../log/rollout-folder";
import type { VerifyReport } from "../report";
import type { Change } from "./changes";

/** The watch's own log beside the stack's files: it outlives the watch, and the gates look into it. */
export interface KeptWatch {
  /** What earlier watches saw, oldest first; the newest part of it. */
  changes: Change[];
  /** By endpoint: the p95 of earlier looks in milliseconds, oldest first; of the last hour alone. */
  figures: Record<string, (number | null)[]>;
  /** A look's figures. It never fails: a look is worth more than its log. */
  keepLook(report: VerifyReport): void;
  /** What changed, the same. */
  keepChanges(changes: readonly Change[]): void;
}

/** Changes of a watch that began longer ago are for the report, and not for the screen. Milliseconds. */
const CHANGES_FOR_MS = 12 * 3_600_000;
const FIGURES_FOR_MS = 3_600_000;
/** Bytes of the log's end that are read for it. */
const MOST_READ = 2_000_000;

export interface KeptClock {
  /** By the clock that the log's times are of. */
  now: Date;
  /** Whether that is Render's. */
  onRender: boolean;
}

/** Opens the watch's log of a stack. */
export function openKeptWatch(directory: string, stack: string, { now, onRender }: KeptClock): KeptWatch {
  const folder = rolloutFolder(directory, stack);
  const log = textOfFile(folder.watchLog) ?? "";
  // A line that a crash cut off is not gone on with.
  let start = log === "" || log.endsWith("\n") ? "" : "\n";
  const append = (lines: readonly object[]) => {
    if (lines.length === 0) return;
    try {
      folder.make();
      const clock = onRender ? { clock: "render" } : {};
      const text = lines.map((line) => `${JSON.stringify({ ...line, ...clock })}\n`).join("");
      appendFileSync(folder.watchLog, `${start}${text}`);
      start = "";
    } catch {
      // A folder that cannot be written to.
    }
  };
  const earlier = readEarlier(log.slice(-MOST_READ), now);
  return {
    ...earlier,
    keepLook: (report) => {
      append(sampleLines(report));
    },
    keepChanges: (changes) => {
      append(changes.map(changeLine));
    },
  };
}

/** A look's figures, a line for each endpoint. */
function sampleLines({ at, endpoints }: VerifyReport): object[] {
  return Object.entries(endpoints).map(([endpoint, { n, p50, p95, p99, errorRate }]) => ({
    ...{ at, event: "sample", endpoint, n },
    ...{ failures: Math.round((errorRate ?? 0) * n), p50, p95, p99 },
  }));
}

/** A change as a line of the log. */
function changeLine({ at, service, event, text: said, outage }: Change): object {
  return { at, serviceKey: service, event, text: said, ...outage };
}

const EVENTS = ["down", "up", "slow", "well", "verdict", "gap"] as const;

function readEarlier(log: string, now: Date): Pick<KeptWatch, "changes" | "figures"> {
  const changes: Change[] = [];
  const figures: Record<string, (number | null)[]> = {};
  for (const line of log.split("\n")) {
    const entry = parsed(line);
    const at = timeOrNull(entry["at"]);
    if (at === null) continue;
    const age = now.getTime() - Date.parse(at);
    const event = EVENTS.find((each) => each === entry["event"]);
    // What lies ahead was written by another clock.
    if (age < 0) continue;
    if (event !== undefined && age <= CHANGES_FOR_MS) changes.push(changeOf(entry, at, event));
    if (entry["event"] === "sample" && age <= FIGURES_FOR_MS) {
      const endpoint = text(entry["endpoint"]);
      (figures[endpoint] ??= []).push(numberOrNull(entry["p95"]));
    }
  }
  return { changes, figures };
}

function changeOf(entry: Record<string, unknown>, at: string, event: Change["event"]): Change {
  const [seconds, failed, requests] = ["seconds", "failed", "requests"].map((key) =>
    numberOrNull(entry[key]),
  );
  const change = { at, service: text(entry["serviceKey"]), event, text: text(entry["text"]) };
  if (seconds == null || failed == null || requests == null) return change;
  return { ...change, outage: { seconds, failed, requests } };
}

function parsed(line: string): Record<string, unknown> {
  try {
    return record(JSON.parse(line));
  } catch {
    return {};
  }
}
