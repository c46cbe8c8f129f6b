import { appendFileSync, writeFileSync } from "node:fs";

import pc from "picocolors";

/** Where the rehearsal tells what happens: a few lines on the screen, everything in the transcript. */
export interface Screen {
  /** On the screen and in the transcript. */
  line(text?: string): void;
  title(scene: number, of: number, text: string): void;
  /** What the reader has to know before the next command. */
  story(text: string): void;
  /** What is typed. */
  prompt(words: string): void;
  /** A line of the stack file that was changed by hand. */
  edited(line: string): void;
  /** A line that a command printed, or the team's chat got; on the screen only where all is told. */
  detail(text: string): void;
  /** Prints a line of what a command said, for the reader to see. */
  shown(text: string): void;
  /** How a command ended, where that is not simply well. */
  ended(text: string): void;
  /** Turns the screen off and on; the transcript goes on. */
  mute(muted: boolean): void;
}

/** What is longer goes on below, so far in. */
const HANGING = "         ";
const [LEAST_WIDTH, MOST_WIDTH] = [60, 118];
/** A line of the screen has so many of the window's; all of it is in the transcript. */
const MOST_LINES = 2;

/** @param file the transcript; made anew. */
export function createScreen(
  file: string,
  verbose: boolean,
  write: (text: string) => void = (text) => process.stdout.write(text),
  columns: number = process.stdout.columns,
): Screen {
  writeFileSync(file, "");
  const width = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, columns || MOST_WIDTH));
  let muted = false;
  const put = (text: string, colour: (text: string) => string, where: { screen: boolean; file: boolean }) => {
    if (where.file) appendFileSync(file, `${text}\n`);
    if (!where.screen || muted) return;
    for (const line of text.split("\n"))
      for (const part of verbose ? [line] : wrapped(line, width)) write(`${colour(part)}\n`);
  };
  const both = { screen: true, file: true };
  const plain = (text: string) => text;
  return {
    line: (text = "") => {
      put(text, plain, both);
    },
    title: (scene, of, text) => {
      put("", plain, both);
      put(`── ${scene}/${of}  ${text}`, pc.bold, both);
    },
    story: (text) => {
      put(`   ${text}`, pc.dim, both);
    },
    prompt: (words) => {
      put(`   $ ${words}`, pc.cyan, both);
    },
    edited: (line) => {
      put(`   ${line}`, line.startsWith("+") ? pc.green : pc.red, both);
    },
    detail: (text) => {
      put(`     ${text}`, pc.dim, { screen: verbose, file: true });
    },
    shown: (text) => {
      // All of it has been told as details already.
      put(`     ${text}`, plain, { screen: !verbose, file: false });
    },
    ended: (text) => {
      put(`     → ${text}`, pc.yellow, both);
    },
    mute: (off) => {
      muted = off;
    },
  };
}

/** At blanks, into no more lines than a reader wants of it. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width && lines.length < MOST_LINES - 1) {
    const blank = rest.lastIndexOf(" ", width);
    const end = blank > HANGING.length ? blank : width;
    lines.push(rest.slice(0, end));
    rest = `${HANGING}${rest.slice(end).trimStart()}`;
  }
  return [...lines, rest.length <= width ? rest : `${rest.slice(0, width - 2)} …`];
}
