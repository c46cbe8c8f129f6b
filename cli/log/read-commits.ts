import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { timeOrNull } from "./lenient";
import type { CommitRecord } from "./record";
import { readUpdateMessage } from "./update-message";

const MOST_COMMITS = 500;
/** The one sign that neither a name nor a message in git can hold: any other would let a message tell of commits that are none. */
const END = "\0";
const FIELDS = 4;

/** Commits of a stack's file, oldest first; none where there is no git, or no commit of it. */
export async function readCommits(directory: string, file: string): Promise<CommitRecord[]> {
  const format = ["%H", "%cI", "%an", "%B"].map((field) => `${field}%x00`).join("");
  const args = ["log", `--max-count=${MOST_COMMITS}`, "--follow", `--format=${format}`, "--", file];
  try {
    const { stdout } = await promisify(execFile)("git", args, { cwd: directory, maxBuffer: 20_000_000 });
    return parseCommits(stdout);
  } catch {
    return [];
  }
}

/** Reads `git log` in our format, newest first; answers oldest first. */
export function parseCommits(output: string): CommitRecord[] {
  const fields = output.split(END);
  return Array.from({ length: Math.floor(fields.length / FIELDS) }, (_, index) => index * FIELDS)
    .map((from) => {
      const [hash = "", at = "", by = "", body = ""] = fields.slice(from, from + FIELDS);
      const { title, because } = readUpdateMessage(body);
      return { hash: hash.trim(), at: timeOrNull(at) ?? at, by, subject: title, because: because ?? null };
    })
    .reverse();
}
