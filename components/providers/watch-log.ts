import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROLLOUT_FOLDER } from "./sample-log";

const WATCH_LOG = "watch.jsonl";

/** What `rollout watch` saw on the operator's machine: evidence beside the way, and never a reason to refuse anything. */
export interface Watched {
  /** Figures of an endpoint that it kept; 0: it did not look. */
  looks: number;
  /** When it looked, ISO, each moment once; absent where that is not known. */
  lookedAt?: string[];
  outages: WatchedOutage[];
}

export interface WatchedOutage {
  service: string;
  /** ISO times on Render's clock; undefined while it lasts, or where nobody saw its end. */
  since: string;
  until?: string;
  seconds?: number;
  /** In the watch's words. */
  text: string;
}

/** What was watched from a moment on. @param stack undefined in states of old: then nothing is known. */
export type ReadWatched = (stack: string | undefined, since: Date) => Watched | undefined;

/** Bytes of the log's end that are read: more than a day of looks. */
const MOST_BYTES = 8_000_000;

/** Reads the log beside the stack's files; a line that cannot be read is left out, and a file that cannot is no watch. */
export function createWatchReader(directory: string): ReadWatched {
  return (stack, since) => {
    // A stack's name is part of a path here.
    if (stack === undefined || !/^[\w.-]+$/.test(stack) || /^\.+$/.test(stack)) return undefined;
    try {
      const text = readFileSync(join(directory, ROLLOUT_FOLDER, stack, WATCH_LOG), "utf8");
      return readWatched(text.slice(-MOST_BYTES), since);
    } catch {
      return undefined;
    }
  };
}

/** @param log one JSON object a line, oldest first. */
export function readWatched(log: string, since: Date): Watched {
  const lookedAt: string[] = [];
  const found: Watched = { looks: 0, lookedAt, outages: [] };
  const open = new Map<string, WatchedOutage>();
  for (const line of log.split("\n")) {
    const { at, event, serviceKey, text, seconds } = parsed(line);
    if (typeof at !== "string" || !(Date.parse(at) >= since.getTime())) continue;
    const service = typeof serviceKey === "string" ? serviceKey : "";
    const said = typeof text === "string" ? text : "";
    if (event === "sample") found.looks += 1;
    if (event === "sample" && lookedAt.at(-1) !== at) lookedAt.push(at);
    if (event === "down" && !open.has(service)) {
      const outage = { service, since: at, text: said };
      open.set(service, outage);
      found.outages.push(outage);
    }
    if (event === "up") {
      const outage = open.get(service);
      open.delete(service);
      if (outage === undefined) continue;
      const between = Math.ceil((Date.parse(at) - Date.parse(outage.since)) / 1000);
      outage.until = at;
      outage.seconds = typeof seconds === "number" ? seconds : between;
      outage.text = said === "" ? outage.text : `${outage.text}; ${said}`;
    }
  }
  return found;
}

function parsed(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
