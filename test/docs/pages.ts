import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.join(__dirname, "..", "..");

/** A page of the documentation, taken apart as far as the tests need it. */
export interface Page {
  /** Relative to the project, with "/". */
  file: string;
  text: string;
  /** The text without fenced blocks. */
  prose: string;
  blocks: Block[];
  /** Anchors of its headings, as GitHub makes them. */
  anchors: string[];
}

export interface Block {
  language: string;
  text: string;
  /** Of its first line of content, from 1. */
  line: number;
}

/** README.md, CONTRIBUTING.md and everything below docs/. */
export function readPages(): Page[] {
  const below = readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file.replaceAll(path.sep, "/")}`);
  return ["README.md", "CONTRIBUTING.md", ...below.sort()].map((file) =>
    parsePage(file, readFileSync(path.join(ROOT, file), "utf8")),
  );
}

export function parsePage(file: string, text: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open: Block | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^\s*```(\w*)/.exec(line);
    if (fence !== null) {
      if (open !== undefined) blocks.push({ ...open, text: dedent(open.text) });
      open = open === undefined ? { language: fence[1] ?? "", text: "", line: index + 2 } : undefined;
    } else if (open !== undefined) open.text += `${line}\n`;
    else prose.push(line);
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: a block that is not closed`);
  const anchors = prose.flatMap((line) => {
    const heading = /^#+ (.+)$/.exec(line)?.[1];
    return heading === undefined ? [] : [anchorOf(heading)];
  });
  return { file, text, prose: prose.join("\n"), blocks, anchors };
}

/** Code spans of a page's prose. */
export function spansOf({ prose }: Page): string[] {
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
}

/** Relative targets of a page's links. */
export function linksOf({ prose }: Page): string[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** @source github-slugger: lower case, marks dropped, blanks to hyphens. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

function dedent(text: string): string {
  const indents = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.search(/\S/)]));
  const least = Math.min(...indents, Infinity);
  return Number.isFinite(least)
    ? text
        .split("\n")
        .map((line) => line.slice(least))
        .join("\n")
    : text;
}
