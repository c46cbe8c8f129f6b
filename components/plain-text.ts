import { stripVTControlCharacters } from "node:util";

/**
 * Text from outside (a service's log, an answer, an error of somebody's API) as plain text: without escapes for terminals,
 * control characters and marks that turn the direction of reading round, and without what GitHub's runner takes for a command.
 * Line breaks and tabs stay.
 * @source GitHub Docs, "Workflow commands": `::name …::` at the beginning of a line, and the older `##[name]` anywhere.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text.replaceAll(STRINGS, ""))
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replaceAll(CONTROLS, "")
    .replaceAll(/##(?=\[)/g, "## ")
    .replaceAll(/(^|\s)::(?=\S)/g, "$1: :");
}

/**
 * At the most so many characters of a text, then "…". From that sign a redactor knows that a secret may have been cut in two, so
 * nothing from outside is cut in another way before it was redacted.
 */
export function cutText(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length).join("")}…`;
}

/** Terminal strings (titles, links, device controls) with what they hold, ended or not. */
const STRINGS =
  /(?:\u001b[P\]X^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?/g;

/** All of Unicode's control characters but tab and line feed, bidirectional marks, and invisible spaces. */
const CONTROLS = /[^\P{Cc}\t\n]|[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
