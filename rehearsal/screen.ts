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
  /** Of what a command printed, a line that the reader shall see. */
  shown(text: string): void;
  /** How a command ended, where that is not simply well. */
  ended(text: string): void;
  /** Turns the screen off and on; the transcript goes on. */
  mute(muted: boolean): void;
}

const WIDTH = 118;

/** @param file the transcript; made anew. */
export function createScreen(
  file: string,
  verbose: boolean,
  write: (text: string) => void = (text) => process.stdout.write(text),
): Screen {
  writeFileSync(file, "");
  let muted = false;
  const put = (text: string, colour: (text: string) => string, where: { screen: boolean; file: boolean }) => {
    if (where.file) appendFileSync(file, `${text}\n`);
    if (!where.screen || muted) return;
    for (const line of text.split("\n")) write(`${colour(verbose ? line : clipped(line))}\n`);
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

function clipped(text: string): string {
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 2)} …`;
}
