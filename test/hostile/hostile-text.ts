import MarkdownIt from "markdown-it";

/** What somebody may write where we read: each with what must not be left of it. Letters around it say where it went. */
export const ATTACKS: Record<string, { text: string; left: RegExp }> = {
  "a colour that hides": { text: "x\u001b[8mhidden\u001b[0m", left: /\u001b/ },
  "moves of the cursor": { text: "x\u001b[2K\u001b[1A\u001b[2Jy", left: /\u001b/ },
  "a link (OSC 8)": {
    text: "\u001b]8;;https://linked.example\u0007x\u001b]8;;\u0007",
    left: /linked|\u001b/,
  },
  "the clipboard (OSC 52)": { text: "x\u001b]52;c;ZWNobyBvd25lZA==\u0007", left: /ZWNo|\u001b/ },
  "a title that does not end": { text: "x\u001b]0;entitled", left: /entitled|\u001b/ },
  "a device control string": { text: "x\u001bPq#0\u001b\\y", left: /\u001b|q#0/ },
  "controls of eight bits": { text: "x\u009b2Jy\u009d52;c;ZWNo\u009cz", left: /[\u0080-\u009f]|ZWNo/ },
  "writing over the line": { text: "refused\rallowed", left: /\r/ },
  "backspaces and a bell": { text: "no\b\b\u0007yes", left: /[\u0007\u0008]/ },
  "another direction": {
    text: "x \u202egnp.exe\u202c \u2066y\u2069 \u200f",
    left: /[\u202a-\u202e\u2066-\u2069\u200f]/,
  },
  "signs of no width": {
    text: "EN\u200bABLE\u2060_\ufeffX\u00ad\u200dY",
    left: /[\u2060\ufeff\u00ad]|N\u200bA|\u200dY/,
  },
  "text in invisible tags": { text: "x\u{e0069}\u{e0067}\u{e006e}", left: /[\u{e0000}-\u{e007f}]/u },
  "a command of the runner": { text: "x\n::error file=a::owned", left: /^\s*::error/m },
  "one that begins a line once it is wrapped": { text: "x::set-output name=a::owned", left: /::set-output/ },
  "one behind a separator of lines": { text: "x\u2028::add-mask::a", left: /^\s*::add-mask/m },
  "an older command of the runner": { text: "x ##[add-path]/tmp", left: /##\[/ },
};

export const HOSTILE = Object.values(ATTACKS)
  .map(({ text }) => text)
  .join(" | ");

/** Markup of every kind that a comment, a report or a page could take for its own. */
export const MARKUP =
  '<img src=x onerror=alert(1)> <script>alert(2)</script> </td></details><!-- [link](https://evil.example) ![i](https://evil.example/i.png) **bold** _so_ ~~cut~~ `code` | cell @team #12 &lt;b&gt; "><svg onload=alert(3)>';

/** Names of the attacks of which something is left in what is printed or sent. */
export function leftIn(text: string): string[] {
  return Object.entries(ATTACKS).flatMap(([name, { left }]) => (left.test(text) ? [name] : []));
}

/** What of {@link MARKUP} is markup in a page. Quotes end attributes, so these are looked for outside of them. */
export function markupIn(html: string): string[] {
  return [
    /<img/i,
    /<script(?! src="live\.js")/i,
    /<svg onload/i,
    /<\/details><!--/,
    /href="https:\/\/evil/,
  ].flatMap((form) => (form.test(html) ? [String(form)] : []));
}

/** The same in Markdown, as GitHub renders it: names and issues are looked for in the text that comes of it. */
export function markupInMarkdown(markdown: string): string[] {
  const html = new MarkdownIt({ html: true, linkify: false }).render(markdown);
  const text = html.replaceAll(/<[^>]*>/g, "");
  return [
    ...markupIn(html),
    ...[/@team/, /#12\b/].flatMap((form) => (form.test(text) ? [String(form)] : [])),
    ...(/<strong>bold|<em>so|<s>cut|<code>code|<a /.test(html) ? ["a mark"] : []),
  ];
}

/** Every text below is a foreign one. */
export function everyTextIs<T>(value: T, foreign: string): T {
  const walk = (each: unknown): unknown => {
    if (typeof each === "string") return foreign;
    if (Array.isArray(each)) return each.map(walk);
    if (typeof each !== "object" || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(value) as T;
}
