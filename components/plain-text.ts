import { stripVTControlCharacters } from "node:util";

/**
 * Text from outside (a service's log, an answer, an error of somebody's API) as plain text: without escapes for terminals,
 * control characters, marks that turn the direction of reading round and signs that nobody sees, and without what GitHub's runner
 * takes for a command. Line breaks and tabs stay, and so do the joiners inside of emojis and of scripts that need them.
 */
export function plainText(text: string): string {
  const lines = stripVTControlCharacters(text.replaceAll(STRINGS, "")).replaceAll(
    /\r\n?|[\u0085\u2028\u2029]/g,
    "\n",
  );
  return withoutRunnerCommands(lines.replaceAll(STEERING, "").replaceAll(STRAY_JOINERS, ""));
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plainText(text).replaceAll(/\s+/g, " ").trim();
}

/**
 * At the most so many characters of a text, then "…". From that sign a redactor knows that a secret may have been cut in two, so
 * nothing from outside is cut in another way before it was redacted.
 */
export function cutText(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length).join("")}…`;
}

/**
 * Breaks what GitHub's runner would obey: `::name …::` at the beginning of a line, and a name that it knows anywhere, as a line may
 * begin there once it was wrapped; and the older `##[name]`.
 * @source GitHub Docs, "Workflow commands"; actions/runner, `ActionCommand.cs`
 */
export function withoutRunnerCommands(text: string): string {
  return text
    .replaceAll(/##(?=\[)/g, "## ")
    .replaceAll(/(^|\s)::(?=\S)/g, "$1: :")
    .replaceAll(KNOWN_TO_RUNNER, ": :");
}

const KNOWN_TO_RUNNER =
  /::(?=(?:add-(?:mask|matcher|path)|debug|echo|endgroup|error|group|internal-[\w-]+|notice|remove-matcher|save-state|set-(?:env|output)|stop-commands|warning)\b[^\n]*?::)/gi;

/** Terminal strings (titles, links, device controls) with what they hold, ended or not. */
export const STRINGS =
  /(?:\u001b[P\]X^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?/g;

/** All of Unicode's control characters but tab and line feed, bidirectional marks, and what takes no room and shows nothing. */
export const STEERING =
  /[^\P{Cc}\t\n]|[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}]|(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0000}-\u{e007f}]/gu;

/** Joiners where there is nothing to join: at a beginning, and behind letters of scripts that have none. */
const STRAY_JOINERS =
  /(?<=^|[\s\p{P}\p{ASCII}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\u200c\u200d])[\u200c\u200d]+/gu;
