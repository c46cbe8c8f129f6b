import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { ROOT } from "./pages";

/** Stands for what a template fills in. */
const FILLED = "\u0000";

/** All texts that our code can print: concatenations joined, what templates fill in marked. */
export function readMessages(): string {
  const sources = ["cli", "components"].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(path.join(ROOT, folder, file), "utf8")),
  );
  return sources.map(textsOf).join("\n");
}

function textsOf(source: string): string {
  let text = source.replaceAll(/["'`]\s*\+\s*["'`]/g, "");
  for (let before = ""; before !== text;) {
    before = text;
    text = text.replaceAll(/\$\{[^{}]*\}/g, FILLED);
  }
  return text.replaceAll(/\\(["'`])/g, "$1");
}

/**
 * The parts of a line, as a page quotes it, that no code says. `<…>` and `…` stand for what differs from case to case;
 * the words in front of a message are the frame's.
 */
export function inventedParts(line: string, messages: string): string[] {
  return (
    line
      .replace(/^\s*(error: |Next: )?/, "")
      .split(/<[^<>]*>|…/)
      // A mark at the edge may belong to what is filled in.
      .map((part) => part.replace(/^[^\p{L}\p{N}`"/]+|[^\p{L}\p{N}`"/]+$/gu, ""))
      .filter((part) => /[a-z]{3}/i.test(part) && !messages.includes(part))
  );
}
