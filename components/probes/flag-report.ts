import { distance } from "fastest-levenshtein";

import { looksSecret } from "../secrets";
import type { FlagReport } from "../config/types";
import { describeHtmlPage } from "./html-page";
import { own } from "../own";

export type { FlagReport } from "../config/types";

/**
 * - `true`, `false`: what the service says.
 * - `other`: it names the flag, with a value that is no flag's.
 * - `unknown`: its report does not name the flag.
 */
export type RunningValue = "true" | "false" | "other" | "unknown";

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
  const failure = failureIn(answer.value, keys);
  if (failure !== undefined) return unknown(failure);
  const { at = "" } = report;
  const place = valueAt(answer.value, at);
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
  const emptyList = Array.isArray(place) && place.every((item) => typeof item === "string");
  if (keys.length > 0 && named.length === 0 && !(report.absent === "off" && emptyList)) {
    return unknown(
      `${where(at)} names none of our flags: it has ${seenIn(place)}; looked for ${lookedFor(keys, report)}` +
        hintNames(entries, report, keys, answer.value),
    );
  }
  const missing = report.absent === "off" ? "false" : "unknown";
  const flags = found.map(([key, value]) => {
    return [key, value === undefined || value === null ? missing : runningValue(value, report.on)] as const;
  });
  return { known: true, flags: Object.fromEntries(flags) };
}

/** The usual words, in any case; what is neither is a value that nobody here understands, and so neither on nor off. */
const ON = ["true", "1", "t", "yes", "y", "on", "enabled", "enable", "active"];
const OFF = ["false", "0", "f", "no", "n", "off", "disabled", "disable", "inactive", ""];
/** Where a flag's entry is a map itself: `{"ENABLE_X": {"enabled": true}}`. */
const VALUE_KEYS = ["enabled", "isEnabled", "is_enabled", "on", "value", "active", "state", "status"];
/** Where flags are a list of maps: `[{"name": "ENABLE_X", "enabled": true}]`. */
const NAME_KEYS = ["key", "name", "flag", "id", "feature"];

function runningValue(value: unknown, on: readonly string[] | undefined): RunningValue {
  const plain = isMap(value)
    ? VALUE_KEYS.map((key) => own(value, key)).find((each) => each !== undefined)
    : value;
  if (typeof plain !== "boolean" && typeof plain !== "string" && typeof plain !== "number") return "other";
  const word = String(plain).trim().toLowerCase();
  if ((on ?? ON).some((each) => each.trim().toLowerCase() === word)) return "true";
  // Words of its own for "on" change nothing about what plainly says yes or no.
  if (typeof plain === "boolean") return plain ? "true" : "false";
  return OFF.includes(word) ? "false" : "other";
}

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
    return { ok: true, value: JSON.parse(body) as unknown };
  } catch {
    return { ok: false, reason: body.trim() === "" ? "the answer is empty" : "the answer is not JSON" };
  }
}

/** An answer that says of itself that it failed, whatever else it holds. */
function failureIn(answer: unknown, keys: readonly string[]): string | undefined {
  if (!isMap(answer)) return undefined;
  const told = ["error", "errors", "exception"].find((key) => !keys.includes(key) && says(own(answer, key)));
  const refused = ["success", "ok"].find((key) => !keys.includes(key) && own(answer, key) === false);
  const status = own(answer, "status");
  const failed = typeof status === "string" && /^(error|fail(ed|ure)?)$/i.test(status) ? "status" : undefined;
  const named = told ?? refused ?? failed;
  return named === undefined
    ? undefined
    : `the answer says of itself that it failed (${named}); it has ${seenIn(answer)}`;
}

function says(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== "" && value !== 0;
}

/** Only what an object has of its own counts, so that no place means one of JavaScript's. */
function valueAt(answer: unknown, place: string): unknown {
  if (place === "") return answer;
  if (isMap(answer) && Object.hasOwn(answer, place)) return answer[place];
  return place.split(".").reduce<unknown>((value, step) => {
    const inside = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    return inside ? (value as Record<string, unknown>)[step] : undefined;
  }, answer);
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
  const core = (name: string) =>
    name
      .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => !PREFIX_WORDS.has(word))
      .join("");
  const own = core(wanted);
  const same = names.find((name) => core(name) === own && own !== "");
  if (same !== undefined) return same;
  return names.find((name) => own.length >= 5 && distance(core(name), own) <= Math.floor(own.length / 5));
}

const PREFIX_WORDS = new Set(
  "enable enabled feature features flag flags is has vite next react public app".split(" "),
);

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

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
