import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Checkout {
  /** For ROLLOUT_CHECKOUT. The backend lies in `felix_hub/backend`, as in the customer's repository. */
  readonly directory: string;
  readonly commitId: string;
  /** One commit more, and the checkout at it. @returns its id. */
  moveOn(message: string): string;
  remove(): void;
}

/** A checkout of the sample's code on the operator's machine, in a temporary folder.
 *  @throws where there is no git. */
export function createCheckout(): Checkout {
  const directory = mkdtempSync(join(tmpdir(), "rollout-checkout-"));
  const git = (...words: string[]) =>
    execFileSync(
      "git",
      ["-C", directory, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...words],
      {
        encoding: "utf8",
        env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
      },
    ).trim();
  mkdirSync(join(directory, "felix_hub"));
  cpSync(join(__dirname, "backend"), join(directory, "felix_hub", "backend"), { recursive: true });
  // What the code needs is installed; it is no part of the repository.
  symlinkSync(
    join(dirname(require.resolve("pg/package.json")), ".."),
    join(directory, "node_modules"),
    "junction",
  );
  writeFileSync(join(directory, ".gitignore"), "/node_modules\n");
  git("init", "--quiet");
  git("add", "--all");
  const commit = (message: string) => {
    git("commit", "--quiet", "--allow-empty", "--message", message);
    return git("rev-parse", "HEAD");
  };
  return {
    directory,
    commitId: commit("Initial commit"),
    moveOn: commit,
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
