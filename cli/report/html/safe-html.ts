import { STEERING } from "../../../components/plain-text";

/** Markup that is known to be safe: made by {@link html} from literals of ours and escaped values. */
export class SafeHtml {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Value = string | number | null | undefined | false | SafeHtml | readonly Value[];

/** Everything put into it is escaped, for text and for attributes in double quotes; lists are joined, null is nothing. */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): SafeHtml {
  const parts = literals.map(
    (literal, index) => literal + (index < values.length ? render(values[index]) : ""),
  );
  return new SafeHtml(parts.join(""));
}

/** Markup that somebody else has made safe: a chart's SVG, or Markdown that was rendered without HTML. */
export function trusted(text: string): SafeHtml {
  return new SafeHtml(text);
}

function render(value: Value): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof SafeHtml) return value.text;
  if (typeof value === "object") return value.map(render).join("");
  return escape(String(value));
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** Control characters, those that turn the direction of what follows and those that nobody sees would let a name look like another. */
function visible(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(STEERING, "\uFFFD");
}
