import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { timeOrNull } from "./lenient";
import type { CommitRecord } from "./record";
import { readUpdateMessage } from "./update-message";

const MOST_COMMITS = 500;
const FIELD = "\u001F";
const ENTRY = "\u001E";

/** Commits of a stack's file, oldest first; none where there is no git, or no commit of it. */
export async function readCommits(directory: string, file: string): Promise<CommitRecord[]> {
  const format = ["%H", "%cI", "%an", "%B"].join(FIELD) + ENTRY;
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
  return output
    .split(ENTRY)
    .map((entry) => entry.trimStart())
    .filter((entry) => entry !== "")
    .map((entry) => {
      const [hash = "", at = "", by = "", body = ""] = entry.split(FIELD);
      const { title, because } = readUpdateMessage(body);
      return { hash, at: timeOrNull(at) ?? at, by, subject: title, because: because ?? null };
    })
    .reverse();
}
