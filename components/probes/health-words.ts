export type StateWord = "well" | "ill" | "not known";

/** What a word (or the first words of a sentence) says about a state. */
export function judgeState(text: string): StateWord {
  if (ILL_SIGNS.test(text)) return "ill";
  const whole = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, " ")
    .replace(/[.!]+$/, "");
  const bare = whole.replace(SUBJECT, "");
  return bare === whole ? judgeWord(whole) : (known(judgeWord(bare)) ?? judgeWord(whole));
}

/** What stands under an error's key and says that there is none. */
export function saysNothing(text: string): boolean {
  return (
    /^(|0|no|false|null|nil|none|n\/a|na|undefined|-+|\[\]|\{\})$/i.test(text.trim()) ||
    judgeState(text) === "well"
  );
}

function known(state: StateWord): StateWord | undefined {
  return state === "not known" ? undefined : state;
}

function judgeWord(word: string): StateWord {
  if (word === "") return "not known";
  if (WELL_WORDS.has(word) || NO_ERRORS.test(word)) return "well";
  if (ILL_WORDS.has(word) || ILL_BEGINNING.test(word) || ILL_INSIDE.test(word) || HTTP_ERROR.test(word))
    return "ill";
  const [first = ""] = word.split(/[^a-z]+/);
  return WELL_WORDS.has(first) && !/\b(not|but|except|partial|partly|degraded|slow)\b/.test(word)
    ? "well"
    : "not known";
}

/** Who is spoken of, in front of the state: `DB ERROR`, `the service is unhealthy`. */
const SUBJECT =
  /^(the )?(service|server|system|app|application|health( check)?|status|state|database|db|postgres|postgresql|mysql|redis|cache|queue|broker|storage|api|backend|connection)( connection| status| check)?( is| are| was)? (?=\S)/;

const ILL_SIGNS = /[\u274C\u{1F534}\u26D4\u2717\u2718\u{1F6AB}\u{1F480}]/u;

const NO_ERRORS =
  /^((no|0|zero) (errors?|problems?|issues?|failures?)|(errors?|problems?|issues?|failures?) free)\b/;

const WELL_WORDS = new Set(
  (
    "up ok okay well healthy pass passed passing connected available alive live ready running operational success succeeded " +
    "successful good green online serving active true yes normal reachable working fine open established none pong"
  ).split(" "),
);

const ILL_WORDS = new Set([
  ...(
    "down error errors err fail failed failing failure unhealthy unavailable unreachable disconnected degraded critical fatal " +
    "offline dead stopped timeout refused broken red false no bad lost inactive crashed exception impaired outage missing " +
    "unresponsive inoperative faulty nok ko"
  ).split(" "),
  ...["partial outage", "major outage"],
]);

/** `error: timed out`, `down (connection refused)`, `failed - …`. */
const ILL_BEGINNING =
  /^(down|error|errors|err|fail|failed|failing|failure|unhealthy|unavailable|unreachable|disconnected|degraded|critical|fatal|offline|exception|traceback|timeout|timed out|refused|not (ok|ready|healthy|connected|available|reachable|running|serving|alive)|cannot|can't|could ?n[o']?t|could not|unable to|no connection|no response|no healthy upstream|lost connection|upstream connect error|disconnecting|out of service)(?![a-z])/;

/** An answer's line that only says which HTTP error it means. */
const HTTP_ERROR =
  /^(http )?[45]\d\d( (internal|bad|service|gateway|not|error|unauthorized|forbidden|too).*)?$/;

/** Sentences of drivers that begin with something else: `connection to server at … failed: …`. */
const ILL_INSIDE =
  /\b(connection (was |has been )?(refused|reset|closed|lost|terminated|error|failure)|connection could not|timed out|time(d)? ?out after|econnrefused|econnreset|etimedout|enotfound|operationalerror|access denied|authentication failed|connection .*\bfailed|is (down|not (available|reachable|connected|running))|(?<!never )(disconnected|unreachable|unavailable))\b/;
