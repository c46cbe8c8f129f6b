import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { createTwoFilesPatch } from "diff";
import pc from "picocolors";

import { RolloutError, messageOf } from "../../components/errors";

/**
 * Replaces a stack file as a whole or not at all: whoever reads it at the same moment sees the old text or the new one.
 * @throws RolloutError STACK_FILE_WRITE
 */
export function writeStackFile(path: string, text: string): void {
  try {
    // A link stays a link.
    const target = realpathSync(path);
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    try {
      const file = openSync(temporary, "w", statSync(target).mode);
      try {
        writeSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (error) {
    const why = messageOf(error);
    throw new RolloutError("STACK_FILE_WRITE", `${path} could not be written: ${why}. Nothing was run.`);
  }
}

/** The change as a unified diff; empty when there is none. */
export function diffOf(file: string, before: string, after: string): string {
  if (before === after) return "";
  const patch = createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, "", "", { context: 2 });
  return patch
    .split("\n")
    .filter((line) => !line.startsWith("====") && line !== "")
    .map(colour)
    .join("\n");
}

function colour(line: string): string {
  if (/^(---|\+\+\+) /.test(line)) return pc.bold(line.trimEnd());
  if (line.startsWith("+")) return pc.green(line);
  if (line.startsWith("-")) return pc.red(line);
  return line.startsWith("@@") ? pc.cyan(line) : line;
}
