import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allGone, isAlive } from "../support/processes-alive";
import { ToyProject } from "./support/toy-project";

describe("updates that do not end well, through the executable", { timeout: 60_000 }, () => {
  let toy: ToyProject;
  beforeAll(async () => {
    toy = new ToyProject();
    await toy.run("stack", "init", "dev");
    toy.configure({ things: { a: { value: "one" }, b: { value: "two" } } });
    expect((await toy.run("up", "--yes", "--skip-preview")).code).toBe(0);
    toy.calls();
  }, 60_000);
  afterAll(() => {
    toy.remove();
  });

  it.each([
    ["throw", "Error: the program threw"],
    ["exit0", "the program ended before it had declared all of its resources; nothing was deleted"],
    ["exit3", "an unhandled error occurred: Program exited with non-zero exit code: 3"],
  ] as const)("a program that ends by %s deletes nothing", async (end, message) => {
    toy.configure({ things: { a: { value: "one" } }, end });
    const up = await toy.run("up", "--yes", "--skip-preview");
    expect(up.code).toBe(1);
    expect(up.stdout).toContain(message);
    expect(toy.calls().filter((call) => call.startsWith("delete"))).toEqual([]);
    expect(toy.stateText()).toContain("Thing::b");
  });

  it.skipIf(process.platform !== "linux")(
    "after `kill -9` the provider host lives on as the CLI's does, the lock and the pending step stay, and the next update converges",
    async () => {
      toy.configure({ things: { a: { value: "one" }, b: { value: "two" }, d: { value: "slow 20000" } } });
      const { child, finished } = toy.start(["up", "--yes", "--skip-preview"]);
      await toy.called("create slow 20000");
      const hosts = hostsOf(child.pid ?? 0);
      expect(hosts).toHaveLength(1);
      const program = childrenOf(child.pid ?? 0).filter((pid) => !hosts.includes(pid));
      child.kill("SIGKILL");
      await finished;
      await allGone(...program);
      // It has not heard of it: a provider of this kind goes on with what it is at.
      expect(hosts.every(isAlive)).toBe(true);
      for (const pid of hosts) process.kill(pid, "SIGKILL");

      const refused = await toy.run("up", "--yes", "--skip-preview");
      expect(refused.stderr).toContain("the stack is currently locked by 1 lock(s)");
      expect((await toy.run("cancel", "--yes")).stdout).toBe(
        "The currently running update for 'dev' has been canceled!\n",
      );
      toy.configure({ things: { a: { value: "one" }, b: { value: "two" }, d: { value: "fine" } } });
      const up = await toy.run("up", "--yes", "--skip-preview");
      expect(up).toMatchObject({ code: 0 });
      expect(up.stdout).toContain(
        "warning: Attempting to deploy or update resources with 1 pending operations from previous deployment.",
      );
      expect(up.stdout).toMatch(/\* urn:.*Thing::d, interrupted while creating/);
      expect(up.steps).toEqual(expect.arrayContaining(["create d", "same b"]));
      expect((await toy.run("preview", "--expect-no-changes")).code).toBe(0);
    },
  );

  it.skipIf(process.platform !== "linux")(
    "a provider host that is killed ends the update at once, on the resource that it was at",
    async () => {
      toy.calls();
      toy.configure({ things: { a: { value: "one" }, b: { value: "two" }, e: { value: "slow 600000" } } });
      const { child, finished } = toy.start(["up", "--yes", "--skip-preview"]);
      await toy.called("create slow 600000");
      const [host] = hostsOf(child.pid ?? 0);
      // What it is at would take ten minutes more.
      process.kill(host!, "SIGKILL");
      const up = await finished;
      expect(up.code).toBe(1);
      expect(up.stdout).toContain(
        "  pulumi-nodejs:dynamic/toy:Thing (e):\n    error: error reading from server: EOF\n",
      );
      expect(up.stdout).toContain("error: update failed\n");
    },
  );

  it("a failed step is shown on its resource, and ends the update with the CLI's last word", async () => {
    toy.configure({ things: { a: { value: "fails" }, b: { value: "two" } } });
    const up = await toy.run("up", "--yes", "--skip-preview");
    expect(up.code).toBe(1);
    expect(up.stdout).toContain("  pulumi-nodejs:dynamic/toy:Thing (a):\n    error: no room for fails\n");
    expect(up.stdout).toContain("error: update failed\n");
    expect(up.events.at(-2)?.summaryEvent).toMatchObject({ result: "failed" });
    expect(toy.stateText()).toContain("Thing::d");
  });

  it("a diff that throws shows its message, and refuses already in the preview", async () => {
    toy.configure({ things: { a: { value: "refused" }, b: { value: "two" } } });
    const preview = await toy.run("preview");
    expect(preview.code).toBe(1);
    expect(preview.stdout).toContain("  pulumi-nodejs:dynamic/toy:Thing (a):\n    error: the gate is shut\n");
  });

  it("unknown commands and flags are refused by name", async () => {
    expect(await toy.run("frobnicate")).toMatchObject({ code: 1 });
    expect((await toy.run("preview", "--bogus")).stderr).toContain("error: unknown flag: --bogus");
    expect((await toy.run("up")).code).toBe(2);
  });
});

/** @source man 5 proc: the fourth field of /proc/<pid>/stat is the parent. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
}

function parentOf(pid: number): number | undefined {
  try {
    const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return Number(parent);
  } catch {
    return undefined;
  }
}

function hostsOf(pid: number): number[] {
  return childrenOf(pid).filter((child) =>
    readFileSync(`/proc/${child}/cmdline`, "utf8").includes("dynamic-provider"),
  );
}
