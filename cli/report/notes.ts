import { STEERING } from "../../components/plain-text";

/** What people write into the report; it stands in a file of its own, so that making the report again keeps it. */
export interface ReportNotes {
  /** The file's name, beside the stack file. */
  file: string;
  sections: NoteSection[];
}

export interface NoteSection {
  title: string;
  /** Markdown, without comments; empty where nobody has written anything. */
  markdown: string;
  filled: boolean;
}

export function notesFile(stack: string): string {
  return `report-notes.${stack}.md`;
}

/** The sections that every report has, each with what belongs into it. */
const SECTIONS: readonly [title: string, hint: string][] = [
  ["Lessons", "What went well, what did not, what surprised you."],
  ["Next steps: this week", "One line each, with a name."],
  ["Next steps: this month", "One line each, with a name."],
  ["Next steps: later", "One line each."],
  ["Signatures", "Replace each name and date; a line with ____ counts as not signed."],
  ["Contacts", "Who is to be called, for what, and where."],
];

const SIGNATURES = [
  "- Technical lead: ____ Date: ____",
  "- Operations lead: ____ Date: ____",
  "- Product owner: ____ Date: ____",
];

/** The file as it is made when there is none. */
export function emptyNotes(stack: string): string {
  const sections = SECTIONS.map(([title, hint]) => {
    const body = title === "Signatures" ? SIGNATURES.join("\n") : "";
    return `## ${title}\n\n<!-- ${hint} -->\n${body}`.trimEnd();
  });
  return (
    `# Notes for the report of ${stack}\n\n` +
    `<!-- Part of the report, which is made anew from evidence each time; this file is yours, and is never written over. -->\n\n` +
    `${sections.join("\n\n")}\n`
  );
}

/** Reads the file: its own sections in its own order, and behind them those that are missing. */
export function parseNotes(stack: string, text: string): ReportNotes {
  const found: NoteSection[] = text
    .replace(/<!--[\s\S]*?-->/g, "")
    // What a terminal or a browser would take for a command, or for another direction of writing.
    .replaceAll(STEERING, "")
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [title = "", ...body] = part.split("\n");
      return section(title.trim(), body.join("\n").trim());
    })
    .filter(({ title }) => title !== "");
  const missing = SECTIONS.filter(([title]) => !found.some((each) => each.title === title));
  return { file: notesFile(stack), sections: [...found, ...missing.map(([title]) => section(title, ""))] };
}

function section(title: string, markdown: string): NoteSection {
  return { title, markdown, filled: markdown !== "" && !/_{3,}/.test(markdown) };
}
