import { plainText } from "./plain-text";

/** What stands where a secret was. */
const HIDDEN = "[secret]";

/** Makes text from outside safe to show and to store: it holds no secret in any form, and steers no terminal. */
export interface Redactor {
  (text: string): string;
  /** Hides one more secret from now on. Forms of what is already known are not lost. */
  hide(...secrets: (string | undefined)[]): void;
  /** Hides the secrets that are known, and changes nothing else: for text that is ours, colours and all. */
  known(text: string): string;
}

/** Shorter values are words rather than secrets: hiding them would make every message unreadable. */
const SHORTEST = 6;

/**
 * A redactor that knows some secrets. Each is hidden as it was given, percent-decoded, percent-encoded in whole or in part,
 * escaped as in JSON and in base64; of an address also its password alone and `user:password`; and the beginning of one that was
 * cut off, where "…" says so. Besides, all that looks like a secret is hidden, whether it is known or not. Control characters go
 * first, so that none can stand inside a secret.
 */
export function createRedactor(secrets: readonly (string | undefined)[]): Redactor {
  let known: RegExp[] = [];
  /** Made when a text is cut off somewhere: they are large, and most texts are whole. */
  let beginnings: RegExp[] | undefined;
  const hidden = new Set<string>();
  const hide = (...more: (string | undefined)[]) => {
    for (const part of more.flatMap((secret) => (secret === undefined ? [] : partsOf(secret))))
      hidden.add(part);
    // The longest first: else a password would be cut out of its own address.
    const parts = [...hidden].sort((a, b) => b.length - a.length);
    known = [...parts.map(anyEscaping), ...parts.flatMap(inBase64)];
    beginnings = undefined;
  };
  hide(...secrets);
  const hideKnown = (text: string) => {
    const whole = known.reduce((result, form) => result.replace(form, HIDDEN), text);
    if (!/\S…/.test(whole)) return whole;
    beginnings ??= [...hidden].map(cutOff);
    return beginnings.reduce((result, form) => result.replace(form, HIDDEN), whole);
  };
  const redact = (text: string) => hideLooks(hideKnown(plainText(text)));
  return Object.assign(redact, { hide, known: hideKnown });
}

/** Hides secrets in every text of a JSON value, keys included. */
export function redactedJson<T>(value: T, redact: (text: string) => string): T {
  const inner = (part: unknown): unknown => {
    if (typeof part === "string") return redact(part);
    if (Array.isArray(part)) return part.map(inner);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [redact(key), inner(each)]));
  };
  return inner(value) as T;
}

/** Keys of Render, tokens of Telegram, passwords in an address: what never belongs into a config file. */
export function looksSecret(text: string): boolean {
  return hideLooks(text, LOOKS_IN_CONFIG) !== text;
}

/** The values of an environment that are secret by their name, or by what they look like. */
export function secretsOfEnvironment(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value = ""]) =>
    (SECRET_NAME.test(name) && !NAMES_A_PLACE.test(name)) || looksSecret(value) ? [value] : [],
  );
}

const SECRET_NAME =
  /passw|passphrase|passwd|secret|token|api_?key|private_?key|credential|database_url|dsn$/i;
const NAMES_A_PLACE = /_(file|path|dir|name|id)$/i;

interface Look {
  form: RegExp;
  shown: string;
}

const LOOKS_IN_CONFIG: Look[] = [
  { form: /rnd_[A-Za-z0-9]{6,}/g, shown: HIDDEN },
  { form: /(:\/\/)[^/\s@"'`<>]*:[^/\s@]*@/g, shown: `$1${HIDDEN}@` },
  { form: /(?<![0-9])[0-9]{6,}:[A-Za-z0-9_-]{20,}/g, shown: HIDDEN },
];

/** In text that somebody else wrote one hides too much rather than too little. */
const LOOKS: Look[] = [
  ...LOOKS_IN_CONFIG,
  // A password with "/" or "@" in it, which is no address any more, unless it is a port with a path behind it.
  {
    form: /(:\/\/)(?!\[secret\]@)(?!(?:[^\s/@:]+|\[[^\]\s]*\]):\d{1,5}(?:[/?#\s]|$))[^\s/"'`<>]*:[^\s"'`<>]*@/g,
    shown: `$1${HIDDEN}@`,
  },
  { form: /(authorization["']?\s*[:=]\s*["']?)(?:\w+\s+)?[^\s"']+/gi, shown: `$1${HIDDEN}` },
  { form: /(\bbearer\s+)(?=[^\s"']*\d)[\w.~+/=-]{8,}/gi, shown: `$1${HIDDEN}` },
  {
    form: /((?:password|passwd|pwd|secret|token|api_?key)=)(?!\[secret\]|(?:true|false|\d{1,4})\b)("[^"]*"|'[^']*'|[^\s&,;"')]+)/gi,
    shown: `$1${HIDDEN}`,
  },
];

function hideLooks(text: string, looks: readonly Look[] = LOOKS): string {
  return looks.reduce((result, { form, shown }) => result.replace(form, shown), text);
}

/** A secret, and what of it gives it away by itself. */
function partsOf(secret: string): string[] {
  const given = secret.trim();
  const [, , userInfo, rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(?:(.*)@)?([^@]*)$/is.exec(given) ?? [];
  const query = [...rest.matchAll(/[?&]([^=&#]*)=([^&#]*)/g)].flatMap(([, name = "", value = ""]) =>
    SECRET_NAME.test(name) ? [value] : [],
  );
  const colon = userInfo?.indexOf(":") ?? -1;
  const password = userInfo?.slice(colon + 1) ?? "";
  const names = plainNames(rest, userInfo?.slice(0, Math.max(colon, 0)) ?? "");
  const passwords = names.has(decoded(password).toLowerCase()) ? [] : [password];
  return (
    [given, ...(userInfo === undefined ? [] : [userInfo, ...passwords]), ...query]
      .flatMap((part) => [part, decoded(part)])
      // As it stands in a text whose own signs are made plain before anything is looked for in it.
      .flatMap((part) => [part, plainText(part)])
      .filter((part) => part.length >= SHORTEST)
  );
}

/** Names that stand in the same address: a password that is one of them (`postgres`) would hide every mention of it. */
function plainNames(rest: string, user: string): Set<string> {
  const words = [decoded(user), ...rest.split(/[/?#:]/), "postgres", "password", "localhost"];
  return new Set(words.map((word) => word.toLowerCase()));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Matches a text however its characters were escaped: as they are, by percent, by percent twice, by backslash, in XML. */
function anyEscaping(text: string): RegExp {
  return new RegExp(Array.from(text, escapings).join(""), "g");
}

/** So many characters of a secret's beginning are told apart; whatever follows them belongs to it. */
const MOST_CUT = 64;

/** Matches the beginning of a text where "…" cuts it off, however its characters were escaped; the sign itself stays. */
function cutOff(text: string): RegExp {
  const forms = Array.from(text, escapings).slice(0, MOST_CUT);
  const [first, rest] = [forms.slice(0, SHORTEST), forms.slice(SHORTEST)];
  const more = rest.reduceRight((inner, form) => `(?:${form}${inner})?`, "\\S*");
  // The cut may have met one of them in the middle of its own escape.
  const half = "(?:%(?:25)*[0-9A-Fa-f]?|\\\\+u?[0-9A-Fa-f]*|&#?\\w*)?";
  return new RegExp(`${first.join("")}${rest.length === 0 ? "" : more}${half}(?=…)`, "g");
}

function escapings(character: string): string {
  if (/^[A-Za-z0-9]$/.test(character)) return `(?:${character}|${percent(character)})`;
  const unit = [...Array(character.length).keys()]
    .map((at) => `\\\\u${hex(character.charCodeAt(at), 4)}`)
    .join("");
  const xml = `&#(?:${character.codePointAt(0) ?? 0}|x${caseless((character.codePointAt(0) ?? 0).toString(16))});`;
  const plus = character === " " ? ["\\+"] : [];
  const named = XML_NAMES[character] === undefined ? [] : [`&${XML_NAMES[character]};`];
  return `(?:${[`\\\\*${literal(character)}`, percent(character), unit, xml, ...plus, ...named].join("|")})`;
}

const XML_NAMES: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
};

function percent(character: string): string {
  return [...Buffer.from(character, "utf8")].map((byte) => `%(?:25)*${hex(byte, 2)}`).join("");
}

function hex(value: number, digits: number): string {
  return caseless(value.toString(16).padStart(digits, "0"));
}

function caseless(digits: string): string {
  return digits.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function literal(character: string): string {
  return character.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Base64 of a text that stands anywhere in what was encoded: three forms, by where it begins within three bytes. */
function inBase64(text: string): RegExp[] {
  const bytes = Buffer.from(text, "utf8");
  const cores = [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replaceAll("=", "");
    const first = Math.ceil((offset * 8) / 6);
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    const core = encoded.slice(first, whole);
    return core.length >= 8 ? [core] : [];
  });
  return cores.map(
    (core) =>
      new RegExp(
        `[A-Za-z0-9+/_-]*${literal(core).replaceAll("\\+", "[+-]").replaceAll("\\/", "[/_]")}[A-Za-z0-9+/_-]*={0,2}`,
        "g",
      ),
  );
}
