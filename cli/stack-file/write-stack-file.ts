import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { createTwoFilesPatch } from "diff";
import pc from "picocolors";

import { RolloutError, messageOf } from "../../components/errors";

/**
 * For before anything is asked, waited for or run: the file will have to be written. Its directory, too, as it is replaced as a
 * whole. A file that its owner has made read-only is meant to stay as it is, also for root.
 * @throws RolloutError STACK_FILE_WRITE
 */
export function requireWritable(path: string): void {
  if (!existsSync(path)) return;
  try {
    const target = realpathSync(path);
    const mode = statSync(target).mode & 0o777;
    if ((mode & 0o222) === 0) throw new Error(`it is read-only (mode ${mode.toString(8).padStart(4, "0")})`);
    accessSync(target, constants.W_OK);
    accessSync(dirname(target), constants.W_OK);
  } catch (error) {
    throw notWritten(path, error);
  }
}

function notWritten(path: string, error: unknown): RolloutError {
  return new RolloutError(
    "STACK_FILE_WRITE",
    `${path} could not be written: ${messageOf(error)}. Nothing was run. ` +
      `Next: make it writable (or room on its disk), and run the same command again; where that cannot be, ` +
      `\`rollout rollback --instructions\` needs no file.`,
  );
}

/**
 * Replaces a stack file as a whole or not at all: whoever reads it at the same moment sees the old text or the new one.
 * @throws RolloutError STACK_FILE_WRITE
 */
export function writeStackFile(path: string, text: string): void {
  requireWritable(path);
  try {
    // A link stays a link.
    const target = realpathSync(path);
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    try {
      const file = openSync(temporary, "w", statSync(target).mode);
      try {
        // All of it: on a disk that is nearly full a single write takes a part.
        writeFileSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (error) {
    throw notWritten(path, error);
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
