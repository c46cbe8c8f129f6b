import { distance } from "fastest-levenshtein";

import { looksSecret } from "../secrets";
import type { FlagReport } from "../config/types";
import { own } from "../own";
import { isMap, valueAt } from "./answer-parts";
import { runningValue, type RunningValue } from "./flag-value";
import { describeHtmlPage } from "./html-page";
import { findFailure } from "./report-failure";

export type { FlagReport } from "../config/types";
export type { RunningValue } from "./flag-value";

export type RunningFlags =
  { known: true; flags: Record<string, RunningValue> } | { known: false; reason: string };

/**
 * The flags that an answer reports. Only what it says counts: an answer without any of our flags in it is no report, whatever
 * else it holds, and nothing is "off" because it is not mentioned, unless config says that this service does so.
 * @param keys the flags that are looked for.
 */
export function readFlagReport(body: string, report: FlagReport, keys: readonly string[]): RunningFlags {
  const answer = parse(body);
  if (!answer.ok) return unknown(answer.reason);
  const { at = "" } = report;
  const place = valueAt(answer.value, at);
  const failure = findFailure(answer.value, at, keys);
  if (failure !== undefined) {
    const { named, answer: told } = failure;
    return unknown(`the answer says of itself that it failed (${named}); it has ${seenIn(told)}`);
  }
  if (place === undefined)
    return unknown(
      `nothing stands at "${at}"; the answer has ${seenIn(answer.value)}${hintAt(answer.value, report, keys)}`,
    );
  const entries = entriesIn(place);
  if (entries === undefined)
    return unknown(`${where(at)} is ${kindOf(place)}, and neither a map nor a list of flags`);
  const found = keys.map((key) => [key, lookUp(entries, report.names?.[key] ?? key)] as const);
  const named = found.filter(([, value]) => value !== undefined && value !== null);
  // A list of what is on is empty when nothing is; an object without our flags may be anything, an error's too.
  const names = entries.map(([name]) => name);
  const isSpelt = new Set(keys.map((key) => report.names?.[key] ?? key));
  const others = names.filter((name) => !isSpelt.has(name)).map(coreOf);
  const near = (key: string) => others.includes(coreOf(report.names?.[key] ?? key));
  const isListOfOthers = Array.isArray(place) && place.every(isPlainName) && !keys.some(near);
  if (keys.length > 0 && named.length === 0 && !(report.absent === "off" && isListOfOthers)) {
    return unknown(
      `${where(at)} names none of our flags: it has ${seenIn(place)}; looked for ${lookedFor(keys, report)}` +
        hintNames(entries, report, keys, answer.value),
    );
  }
  // What seems to stand there in another spelling is not left out.
  const missing = (key: string) => (report.absent === "off" && !near(key) ? "false" : "unknown");
  const flags = found.map(([key, value]) => {
    return [
      key,
      value === undefined || value === null ? missing(key) : runningValue(value, report.on),
    ] as const;
  });
  return { known: true, flags: Object.fromEntries(flags) };
}

/** Where flags are a list of maps: `[{"name": "ENABLE_X", "enabled": true}]`. */
const NAME_KEYS = ["key", "name", "flag", "id", "feature"];

type Entries = readonly (readonly [string, unknown])[];

/** Flags by name, of a map, of a list of names (those that are on), or of a list of maps with a name each. */
function entriesIn(place: unknown): Entries | undefined {
  if (isMap(place)) return Object.entries(place);
  if (!Array.isArray(place)) return undefined;
  const items: readonly unknown[] = place;
  if (items.every((item) => typeof item === "string")) return items.map((name) => [name, true] as const);
  const named = items.flatMap((item) => {
    const name = isMap(item)
      ? NAME_KEYS.map((key) => own(item, key)).find((each) => typeof each === "string")
      : undefined;
    return typeof name === "string" ? [[name, item] as const] : [];
  });
  return named.length === items.length ? named : undefined;
}

/** A name as it stands; where there is none, as a dotted place. One that is there twice with two values tells nothing. */
function lookUp(entries: Entries, name: string): unknown {
  const all = entries.filter(([each]) => each === name).map(([, value]) => value);
  if (all.length > 1 && new Set(all.map((value) => runningValue(value, undefined))).size > 1) return {};
  if (all.length > 0) return all[0];
  return name.includes(".") ? valueAt(Object.fromEntries(entries), name) : undefined;
}

type Parsed = { ok: true; value: unknown } | { ok: false; reason: string };

function parse(body: string): Parsed {
  const page = describeHtmlPage(body);
  if (page !== undefined) return { ok: false, reason: `the answer is ${page}, and no report` };
  try {
    return { ok: true, value: JSON.parse(body.replace(/^\uFEFF/, "")) as unknown };
  } catch {
    return { ok: false, reason: body.trim() === "" ? "the answer is empty" : "the answer is not JSON" };
  }
}

/** A name as lists of what is on have it: one word. */
function isPlainName(item: unknown): boolean {
  return typeof item === "string" && /^[\w.:/-]{1,100}$/.test(item);
}

const MOST_NAMES = 8;

/** Names are shown, values never: an answer that is no report may hold anything. */
function seenIn(value: unknown): string {
  if (!isMap(value)) return Array.isArray(value) ? `a list of ${value.length}` : kindOf(value);
  return listed(Object.keys(value));
}

function lookedFor(keys: readonly string[], { names }: FlagReport): string {
  return listed(keys.map((key) => (names?.[key] === undefined ? key : `${names[key]} (${key})`)));
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "nothing";
  const shown = names.slice(0, MOST_NAMES).map(shownName);
  const more = names.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Foreign text: short, on one line and without what a terminal would obey. */
function shownName(name: string): string {
  const plain = name.replaceAll(/\p{C}/gu, "?");
  if (looksSecret(plain)) return "(not shown)";
  return plain.length > 60 ? `${plain.slice(0, 59)}…` : plain;
}

function hintNames(entries: Entries, report: FlagReport, keys: readonly string[], answer: unknown): string {
  const pairs = keys.flatMap((key) => {
    const near = nearestName(
      report.names?.[key] ?? key,
      entries.map(([name]) => name),
    );
    return near === undefined ? [] : [`${key}: ${near}`];
  });
  if (pairs.length > 0) return `; did you mean names: {${pairs.slice(0, 3).map(shownName).join(", ")}}?`;
  return hintAt(answer, report, keys);
}

/** The place deeper in the answer that does name some of our flags. */
function hintAt(answer: unknown, report: FlagReport, keys: readonly string[]): string {
  const wanted = keys.map((key) => report.names?.[key] ?? key);
  const place = placesIn(answer, "", 3).find(([, value]) => {
    const names = (entriesIn(value) ?? []).map(([name]) => name);
    return wanted.some((name) => names.includes(name) || nearestName(name, names) !== undefined);
  })?.[0];
  return place === undefined || place === report.at ? "" : `; did you mean at: ${shownName(place)}?`;
}

function placesIn(value: unknown, at: string, depth: number): [string, unknown][] {
  if (!isMap(value) || depth === 0) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = at === "" ? key : `${at}.${key}`;
    return [[place, inner] as [string, unknown], ...placesIn(inner, place, depth - 1)];
  });
}

/** `carNumber` for `ENABLE_CAR_NUMBER`: the same words, however they are joined and whatever goes before them. */
function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const own = coreOf(wanted);
  const same = names.find((name) => coreOf(name) === own && own !== "");
  if (same !== undefined) return same;
  return names.find((name) => own.length >= 5 && distance(coreOf(name), own) <= Math.floor(own.length / 5));
}

function coreOf(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => !PREFIX_WORDS.has(word))
    .join("");
}

const PREFIX_WORDS = new Set(
  "enable enabled feature features flag flags is has vite next react public app".split(" "),
);

function where(at: string): string {
  return at === "" ? "the answer" : `the answer at "${at}"`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : `a ${typeof value}`;
}

function unknown(reason: string): RunningFlags {
  return { known: false, reason };
}
