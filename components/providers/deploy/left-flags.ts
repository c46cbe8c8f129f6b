import type { RunningValue } from "../../probes/flag-report";

/** A flag that this stack managed once and that the catalogue does not name any more. */
export interface LeftFlag {
  key: string;
  /** On Render now: `absent`, or its value where that is a flag's. */
  onRender: "true" | "false" | "absent" | "other";
  /** By the service's own word, where it has one. */
  runs: RunningValue;
}

/** Values that mean "off" to whoever reads them; another text than these and "true" may be anything. */
const OFF = ["false", "0", "no", "off", "n", "f", ""];
const ON = ["true", "1", "yes", "on", "y", "t"];

/**
 * Flags that left the catalogue while they are on, or while nothing says that they are off. Nothing here switches them off: they are
 * not declared any more, and what is not declared is not touched. So it has to be told, at every look.
 * @param managed by key: what was declared last.
 */
export function leftFlags(facts: {
  managed: Readonly<Record<string, string>>;
  expects: Readonly<Record<string, string>>;
  values: ReadonlyMap<string, string>;
  running?: Readonly<Record<string, RunningValue>>;
}): LeftFlag[] {
  return Object.keys(facts.managed)
    .filter((key) => !Object.hasOwn(facts.expects, key))
    .map((key): LeftFlag => {
      return { key, onRender: valueOf(facts.values.get(key)), runs: facts.running?.[key] ?? "unknown" };
    })
    .filter(({ onRender, runs }) => onRender === "true" || onRender === "other" || runs === "true");
}

/** `ENABLE_X left the catalogue and is still on: "true" on Render, runs as "true"`. */
export function leftSentence({ key, onRender, runs }: LeftFlag): string {
  const stands =
    onRender === "absent" ? "absent" : onRender === "other" ? "neither true nor false" : `"${onRender}"`;
  const seen = runs === "true" || runs === "false" ? `, runs as "${runs}"` : "";
  return `${key}${LEFT}${stands} on Render${seen}${NEXT}`;
}

/** What is said of a flag that was left on, with its service in front: a deploy's resource speaks so. */
export function leftLine(renderName: string, flag: LeftFlag): string {
  return `${renderName}: ${leftSentence(flag)}`;
}

/** Whether a text is such a line. */
export function isLeftLine(text: string): boolean {
  const [, sentence] = /^\S+: (.+)$/s.exec(text) ?? [];
  return sentence !== undefined && readLeftSentence(sentence) !== undefined;
}

/** The flag that such a sentence is about; undefined for any other text. */
function readLeftSentence(sentence: string): string | undefined {
  const at = sentence.indexOf(LEFT);
  const key = sentence.slice(0, at);
  return at > 0 && /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && sentence.endsWith(NEXT) ? key : undefined;
}

const LEFT = " left the catalogue and is still on: ";
const NEXT =
  "; nothing switches it off. Put it back into the catalogue (with hold, to switch it off), or change the variable on Render and deploy";

function valueOf(value: string | undefined): LeftFlag["onRender"] {
  if (value === undefined) return "absent";
  const word = value.trim().toLowerCase();
  return ON.includes(word) ? "true" : OFF.includes(word) ? "false" : "other";
}

/** What a service's deploy remembers: every flag that it ever managed, with the value declared last. */
export function rememberFlags(
  before: Readonly<Record<string, string>> | undefined,
  expects: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...before, ...expects };
}
