import { describeHtmlPage } from "./html-page";
import type { Expectation } from "../config/types";
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
  if (answer === undefined) return readWord(body);
  const found: HealthAnswer = { troubles: [], notKnown: [] };
  if (typeof answer === "string" || typeof answer === "boolean") judge("the answer", answer, found);
  else walk(answer, "", { inside: false, depth: 0 }, found);
  return found;
}

/** The first thing that a health answer says to be ill; undefined where nothing is. */
export function healthTrouble(
  body: string,
  expect?: Readonly<Record<string, Expectation>>,
): string | undefined {
  return readHealthAnswer(body, expect).troubles[0];
}

export type StateWord = "well" | "ill" | "not known";

/** What a word (or the first words of a sentence) says about a state. */
export function judgeState(text: string): StateWord {
  const word = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, " ");
  if (word === "") return "not known";
  if (WELL_WORDS.has(word) || NO_ERRORS.test(word)) return "well";
  if (ILL_WORDS.has(word) || ILL_BEGINNING.test(word) || ILL_INSIDE.test(word)) return "ill";
  const [first = ""] = word.split(/[^a-z]+/);
  return WELL_WORDS.has(first) && !/\b(not|but|except|partial|partly|degraded|slow)\b/.test(word)
    ? "well"
    : "not known";
}

const WELL: HealthAnswer = { troubles: [], notKnown: [] };

const NO_ERRORS =
  /^((no|0|zero) (errors?|problems?|issues?|failures?)|(errors?|problems?|issues?|failures?) free)\b/;

const WELL_WORDS = new Set(
  (
    "up ok okay well healthy pass passed passing connected available alive live ready running operational success succeeded " +
    "successful good green online serving active true yes normal reachable working fine open established none"
  ).split(" "),
);

const ILL_WORDS = new Set([
  ...(
    "down error errors err fail failed failing failure unhealthy unavailable unreachable disconnected degraded critical fatal " +
    "offline dead stopped timeout refused broken red false no bad lost inactive crashed exception impaired outage missing " +
    "unresponsive inoperative faulty nok ko"
  ).split(" "),
  ...[
    "out of service",
    "not ok",
    "not ready",
    "not healthy",
    "not connected",
    "not available",
    "not reachable",
  ],
  ...[
    "not running",
    "not serving",
    "not alive",
    "timed out",
    "no connection",
    "partial outage",
    "major outage",
  ],
]);

/** `error: timed out`, `down (connection refused)`, `failed - …`. */
const ILL_BEGINNING =
  /^(down|error|errors|err|fail|failed|failing|failure|unhealthy|unavailable|unreachable|disconnected|degraded|critical|fatal|offline|exception|traceback|timeout|timed out|refused|not (ok|ready|healthy|connected|available|reachable|running|serving|alive)|cannot|can't|could ?n[o']t|could not|unable to|no connection|lost connection|out of service)(?![a-z])/;

/** Sentences of drivers that begin with something else: `connection to server at … failed: …`. */
const ILL_INSIDE =
  /\b(connection (was |has been )?(refused|reset|closed|lost|terminated)|timed out|time(d)? ?out after|econnrefused|econnreset|etimedout|enotfound|operationalerror|access denied|authentication failed|connection .*\bfailed|is (down|not (available|reachable|connected|running))|(?<!never )(disconnected|unreachable|unavailable))\b/;

/** Keys whose value is a state, of whatever they stand in. */
const STATE_KEY =
  /^(status|state|health|health ?status|healthy|ok|okay|alive|live|liveness|ready|readiness|up|available|availability|reachable|connected|connection|success|passing|operational|online|result|outcome|condition)$/;

/** Things that a service depends on; their value is a state, too. */
const COMPONENT_KEY =
  /^(main |primary |replica |read |write |app |the )?(database|databases|db|sql|postgres|postgresql|pg|mysql|mariadb|sqlite|mongo|mongodb|redis|cache|memcached|valkey|queue|queues|broker|rabbitmq|amqp|kafka|nats|celery|worker|workers|scheduler|storage|s3|bucket|filesystem|disk|search|elasticsearch|opensearch|smtp|mail|email|mailer|telegram|bot|upstream|backend|api|migrations|schema|vault|auth|ldap|dns|network)( (status|state|health|connection|connected|ok|up|healthy|ready|available|reachable|alive|check))?$/;

/** Below these every entry is a thing with a state. */
const CONTAINER_KEY =
  /^(components|component|checks|check|services|dependencies|deps|subsystems|probes|indicators|systems|contributors|health ?checks)$/;

/** True is ill there. */
const ILL_IF_TRUE_KEY = /^(down|unhealthy|failed|failing|degraded|broken|unavailable|dead|offline|outage)$/;

/** Whatever stands there, beside "nothing", is what went wrong. */
const ERROR_KEY = /^(error|errors|exception|failure|failures|problem|problems|fault|faults)$/;

/** Never a state, wherever it stands. */
const TOLD_KEY =
  /^(time|timestamp|date|at|version|name|id|component ?(id|type)|type|kind|message|msg|output|description|reason|duration.*|total ?duration|took|latency.*|uptime.*|host.*|region|env|environment|mode|level|log ?level|unit|observed.*|previous.*|last.*|since|commit|release|build|branch|links|notes|tags|affected ?endpoints|node.*|pid|total|free|used|threshold|path|url|exists|valid ?until)$/;

interface Place {
  /** Below a container: every entry is a thing with a state. */
  inside: boolean;
  depth: number;
}

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
    walk(value, at, { inside, depth: place.depth + 1 }, found);
    return;
  }
  if (ILL_IF_TRUE_KEY.test(key)) {
    if (value === true) note(found.troubles, `${at}: true`);
    return;
  }
  const isState = STATE_KEY.test(key);
  // Other numbers are figures: a state's number may be an HTTP status.
  if (typeof value === "number" && !isState) return;
  if (isState || COMPONENT_KEY.test(key) || place.inside) judge(at, value, found);
}

function errorEntry(value: unknown, at: string, place: Place, found: HealthAnswer): void {
  if (typeof value === "string") {
    if (value.trim() !== "" && judgeState(value) !== "well") note(found.troubles, `${at}: ${shown(value)}`);
  } else if (value === true) note(found.troubles, `${at}: true`);
  else if (Array.isArray(value)) {
    if (value.length > 0) note(found.troubles, `${at}: ${value.length} of them`);
  } else if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
    const before = found.troubles.length;
    walk(value, at, { inside: true, depth: place.depth + 1 }, found);
    if (found.troubles.length === before)
      note(found.troubles, `${at}: ${Object.keys(value).join(", ").slice(0, 80)}`);
  }
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

/** A plain text of a word or two: `OK`, `Unhealthy`. A longer one is somebody's page. */
function readWord(body: string): HealthAnswer {
  const text = body.trim();
  const short = text !== "" && text.length <= 80 && !text.includes("\n");
  return short && judgeState(text) === "ill"
    ? { troubles: [`the answer: ${shown(text)}`], notKnown: [] }
    : WELL;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
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

function note(list: string[], text: string): void {
  if (list.length < MOST) list.push(text);
}

/** Foreign text: short, on one line and without what a terminal would obey. */
function shown(text: string): string {
  const plain = text.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}
