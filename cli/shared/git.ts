import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { promisify } from "node:util";

import { RolloutError } from "../../components/errors";

/** What commands ask of git; they never write with it. */
export interface Git {
  /** The operator's name, for signatures: git's, else the machine's. */
  operator(): Promise<string>;
  /** A file's text at a revision. @throws RolloutError NOT_IN_GIT */
  fileAt(revision: string, file: string): Promise<string>;
  /** Whether a file is as the last commit has it; undefined where that cannot be told. */
  isCommitted(file: string): Promise<boolean | undefined>;
  /** The commit that is checked out, in full; undefined where that cannot be told. */
  commit(): Promise<string | undefined>;
}

const run = promisify(execFile);

export function createGit(directory: string): Git {
  const git = async (...args: string[]) =>
    (await run("git", args, { cwd: directory, maxBuffer: 10_000_000 })).stdout;
  return {
    operator: async () => {
      const name = await git("config", "user.name").catch(() => "");
      return name.trim() || process.env["USER"] || userInfo().username;
    },
    fileAt: (revision, file) =>
      git("show", `${revision}:./${file}`).catch((error: unknown) => {
        const why = (error as { stderr?: string }).stderr?.trim() ?? String(error);
        throw new RolloutError(
          "NOT_IN_GIT",
          `${file} at ${revision} cannot be read from git: ${why}. Next: \`git log --oneline -- ${file}\` lists its revisions.`,
        );
      }),
    isCommitted: (file) =>
      git("status", "--porcelain", "--", file).then(
        (changes) => changes.trim() === "",
        () => undefined,
      ),
    commit: () =>
      git("rev-parse", "HEAD").then(
        (id) => id.trim(),
        () => undefined,
      ),
  };
}
