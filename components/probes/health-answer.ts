import { describeHtmlPage } from "./html-page";
import type { Expectation } from "../config/types";
import {
  CODE_KEY,
  COMPONENT_KEY,
  CONTAINER_KEY,
  ERROR_KEY,
  ILL_IF_COUNTED_KEY,
  ILL_IF_TRUE_KEY,
  MESSAGE_KEY,
  STATE_KEY,
  TOLD_KEY,
  TRUTH_KEY,
} from "./health-keys";
import { textEntries } from "./health-text";
import { judgeState, saysNothing } from "./health-words";
import { jsonDifferences } from "./json-expectation";

/** What a health answer says beside its HTTP status. */
export interface HealthAnswer {
  /** What is not well, as `components.db.status: DOWN`; empty where nothing is said to be ill. */
  troubles: string[];
  /** States that no vocabulary here knows, which is no failure and is told: `status: grumpy`. */
  notKnown: string[];
}

/**
 * Reads what an answer says of the service and of what it depends on: services answer 200 with a dead database. The vocabulary is
 * documented in docs/gates.md; Spring Boot, ASP.NET, Terminus, Dropwizard, MicroProfile and the health+json draft all fit it.
 * @param expect by place: what "well" means for this service. Where it is said, it alone decides.
 */
export function readHealthAnswer(body: string, expect?: Readonly<Record<string, Expectation>>): HealthAnswer {
  if (expect !== undefined && Object.keys(expect).length > 0)
    return { troubles: jsonDifferences(body, expect), notKnown: [] };
  if (describeHtmlPage(body) !== undefined) return WELL;
  const answer = parse(body);
  if (answer === undefined) return readText(body);
  const found: HealthAnswer = { troubles: [], notKnown: [] };
  if (typeof answer === "string" || typeof answer === "boolean") judge("the answer", answer, found);
  else walk(answer, "", TOP, found);
  if (found.troubles.length === 0 && isMap(answer)) readMessage(answer, found);
  return found;
}

/** The first thing that a health answer says to be ill; undefined where nothing is. */
export function healthTrouble(
  body: string,
  expect?: Readonly<Record<string, Expectation>>,
): string | undefined {
  return readHealthAnswer(body, expect).troubles[0];
}

const WELL: HealthAnswer = { troubles: [], notKnown: [] };

interface Place {
  /** Below a container: every entry is a thing with a state. */
  inside: boolean;
  /** The entries are fields of the answer itself, or of one thing with a state. */
  thing: boolean;
  depth: number;
}

const TOP: Place = { inside: false, thing: true, depth: 0 };

const DEEPEST = 8;
const MOST = 5;

function walk(value: unknown, path: string, place: Place, found: HealthAnswer): void {
  if (place.depth > DEEPEST || typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const at = path === "" ? nameIn(value, key, inner) : `${path}.${nameIn(value, key, inner)}`;
    entry(plainKey(key), inner, at, Array.isArray(value), place, found);
  }
}

function entry(
  key: string,
  value: unknown,
  at: string,
  inList: boolean,
  place: Place,
  found: HealthAnswer,
): void {
  if (TOLD_KEY.test(key) && !inList) return;
  if (ERROR_KEY.test(key)) {
    errorEntry(value, at, place, found);
    return;
  }
  if (typeof value === "object" && value !== null) {
    // In a map or list of things each thing is one level down; a thing's own fields are not things.
    const inside = CONTAINER_KEY.test(key) || (place.inside && Array.isArray(value));
    const thing = place.inside || COMPONENT_KEY.test(key);
    const before = found.troubles.length;
    walk(value, at, { inside, thing, depth: place.depth + 1 }, found);
    const isNamed = ILL_IF_TRUE_KEY.test(key) && found.troubles.length === before && !isQuiet(value);
    if (isNamed) note(found.troubles, `${at}: ${namesIn(value)}`);
    return;
  }
  if (ILL_IF_TRUE_KEY.test(key) || ILL_IF_COUNTED_KEY.test(key)) {
    const isTrue = value === true || (typeof value === "string" && /^(true|yes)$/i.test(value.trim()));
    const isCounted = typeof value === "number" && value > 0 && ILL_IF_COUNTED_KEY.test(key);
    if (isTrue || isCounted) note(found.troubles, `${at}: ${String(value)}`);
    return;
  }
  if (CODE_KEY.test(key)) {
    if (key !== "code" || place.thing) judgeCode(at, value, found);
    return;
  }
  if (value === 0 && TRUTH_KEY.test(key) && place.thing) {
    note(found.troubles, `${at}: 0`);
    return;
  }
  const isState = STATE_KEY.test(key);
  // Other numbers are figures: a state's number may be an HTTP status.
  if (typeof value === "number" && !isState) return;
  if (isState || COMPONENT_KEY.test(key) || place.inside) judge(at, value, found);
}

function errorEntry(value: unknown, at: string, place: Place, found: HealthAnswer): void {
  if (typeof value === "string") {
    if (!saysNothing(value)) note(found.troubles, `${at}: ${shown(value)}`);
  } else if (value === true) note(found.troubles, `${at}: true`);
  else if (Array.isArray(value)) {
    if (value.length > 0) note(found.troubles, `${at}: ${value.length} of them`);
  } else if (isMap(value) && !isQuiet(value)) {
    const before = found.troubles.length;
    walk(value, at, { inside: true, thing: true, depth: place.depth + 1 }, found);
    if (found.troubles.length === before) note(found.troubles, `${at}: ${namesIn(value)}`);
  }
}

/** Nothing, or figures only: how many errors there were last week is no error. A code other than 0 is one. */
function isQuiet(value: unknown, key = ""): boolean {
  if (typeof value === "string") return saysNothing(value);
  if (typeof value === "number") return value === 0 || !/code|status|errno/.test(plainKey(key));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).every(([inner, each]) => isQuiet(each, inner));
  return value !== true;
}

function namesIn(value: object): string {
  const names = Array.isArray(value) ? value.filter((each) => typeof each === "string") : Object.keys(value);
  return names.length === 0 ? `${Object.keys(value).length} of them` : shown(names.join(", "));
}

/** The only thing that an answer without any state tells. */
function readMessage(answer: Record<string, unknown>, found: HealthAnswer): void {
  const told = Object.entries(answer).map(([key, value]) => [plainKey(key), value, key] as const);
  if (told.some(([key]) => STATE_KEY.test(key) || COMPONENT_KEY.test(key) || CONTAINER_KEY.test(key))) return;
  for (const [key, value, written] of told)
    if (MESSAGE_KEY.test(key) && typeof value === "string" && judgeState(value) === "ill")
      note(found.troubles, `${shown(written)}: ${shown(value)}`);
}

function judgeCode(at: string, value: unknown, found: HealthAnswer): void {
  const code = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof code === "number") judge(at, code, found);
}

/** A state by its word, its truth or an HTTP status; other numbers, and nothing at all, say nothing. */
function judge(at: string, value: unknown, found: HealthAnswer): void {
  if (value === false) note(found.troubles, `${at}: false`);
  else if (typeof value === "number") {
    if (value >= 400 && value < 600 && Number.isInteger(value)) note(found.troubles, `${at}: ${value}`);
  } else if (typeof value === "string" && value.trim() !== "") {
    const state = judgeState(value);
    if (state === "ill") note(found.troubles, `${at}: ${shown(value)}`);
    if (state === "not known" && value.length <= 40) note(found.notKnown, `${at}: ${shown(value)}`);
  }
}

/** A plain text of a word or two, `OK`, `Unhealthy`; lines of `name: state`, JSON a line, or XML. A longer one is somebody's page. */
function readText(body: string): HealthAnswer {
  const found: HealthAnswer = { troubles: [], notKnown: [] };
  const text = body.trim();
  if (text !== "" && text.length <= 80 && !text.includes("\n") && judgeState(text) === "ill")
    note(found.troubles, `the answer: ${shown(text)}`);
  else for (const entries of textEntries(body)) walk(entries, "", TOP, found);
  return { ...found, notKnown: [] };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, "")) as unknown;
  } catch {
    return undefined;
  }
}

/** In a list a thing goes by its own name, where it has one. */
function nameIn(holder: object, key: string, inner: unknown): string {
  if (!Array.isArray(holder) || typeof inner !== "object" || inner === null) return shown(key);
  const name = (inner as Record<string, unknown>)["name"];
  return typeof name === "string" ? shown(name) : key;
}

/** `dbStatus`, `db_status` and `db-status` are one key. */
function plainKey(key: string): string {
  return key
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[_\-:.\s]+/g, " ")
    .toLowerCase()
    .trim()
    .replace(/^is /, "");
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function note(list: string[], text: string): void {
  if (list.length < MOST) list.push(text);
}

/** Foreign text: short, on one line and without what a terminal would obey. */
function shown(text: string): string {
  const plain = text.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}
