import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { createGit } from "../../../cli/shared/git";

/** A repository whose project stands in a folder of its own, as in a monorepo. */
function repository() {
  const root = mkdtempSync(join(tmpdir(), "rollout-git-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const directory = join(root, "deep", "project");
  mkdirSync(directory, { recursive: true });
  const git = (...args: string[]) => execFileSync("git", args, { cwd: directory, stdio: "pipe" });
  git("init", "-q");
  git("config", "user.name", "Ada Lovelace");
  git("config", "user.email", "ada@example.com");
  git("config", "commit.gpgsign", "false");
  const write = (text: string) => {
    writeFileSync(join(directory, "Pulumi.prod.yaml"), text);
  };
  write("phase: api\n");
  git("add", ".");
  git("commit", "-q", "-m", "api");
  return { directory, write, git };
}

describe("git", () => {
  it("names who signs", async () => {
    expect(await createGit(repository().directory).operator()).toBe("Ada Lovelace");
  });

  it("gives a file's text at a revision, by its name in the project's own folder", async () => {
    const { directory, write } = repository();
    write("phase: ui\n");
    expect(await createGit(directory).fileAt("HEAD", "Pulumi.prod.yaml")).toBe("phase: api\n");
  });

  it("says of a revision that does not exist how to find one", async () => {
    const { directory } = repository();
    await expect(createGit(directory).fileAt("no-such", "Pulumi.prod.yaml")).rejects.toMatchObject({
      code: "NOT_IN_GIT",
      message: expect.stringContaining("git log --oneline -- Pulumi.prod.yaml"),
    });
  });

  it("tells whether a file is committed as it is: yes, no, and not known outside a repository", async () => {
    const { directory, write } = repository();
    const { isCommitted } = createGit(directory);
    expect(await isCommitted("Pulumi.prod.yaml")).toBe(true);
    write("phase: ui\n");
    expect(await isCommitted("Pulumi.prod.yaml")).toBe(false);
    const outside = mkdtempSync(join(tmpdir(), "rollout-no-git-"));
    onTestFinished(() => {
      rmSync(outside, { recursive: true, force: true });
    });
    expect(await createGit(outside).isCommitted("Pulumi.prod.yaml")).toBeUndefined();
  });
});
