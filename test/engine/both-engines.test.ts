import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enginesHere, runsCommands, ToyProject } from "./support/toy-project";

// What differed once between the two engines, and what our commands read from either. Without a `pulumi` on the PATH only
// the embedded engine is asked; real-cli.test.ts says so loudly. Each test takes the stack over from the one before.
describe.each(enginesHere())("$engine", { timeout: 120_000 }, ({ bin }) => {
  let toy: ToyProject;
  const up = () => toy.run("up", "--yes", "--skip-preview");
  beforeAll(async () => {
    toy = new ToyProject(bin);
    await toy.run("stack", "init", "dev");
  }, 30_000);
  afterAll(() => {
    toy.remove();
  });

  it("sets, shows and removes config inside of values, and knows what is no key", async () => {
    const config = async (...args: string[]) => {
      const { code, stdout, stderr } = await toy.run("config", ...args);
      return code === 0 ? stdout : stderr;
    };
    await config("set", "--path", "map.list[0]", "12");
    await config("set", "--path", "map.sealed", "--secret", "hush-hush");
    expect(await config()).toBe('KEY     VALUE\nmap     {"list":[12],"sealed":"[secret]"}\nthings  {}\n');
    expect(JSON.parse(await config("get", "--json", "--path", "map.list"))).toEqual({
      value: "[12]",
      objectValue: [12],
      secret: false,
    });
    expect(await config("rm", "--path", "map.list[0]")).toBe("");
    expect(await config("rm", "--path", "nowhere.at.all")).toBe("");
    expect(await config("get", "map")).toBe('{"list":[],"sealed":"hush-hush"}\n');
    expect(await config("set", "x:y:z", "1")).toBe(
      "error: invalid configuration key: could not parse x:y:z as a configuration key " +
        "(configuration keys should be of the form `<namespace>:<name>`)\n",
    );
  });

  it.each([
    {
      what: "a missing passphrase",
      args: ["preview"],
      environment: { PULUMI_CONFIG_PASSPHRASE: undefined },
      code: 1,
      message:
        "getting stack configuration: get stack secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE " +
        "or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    },
    {
      what: "a wrong passphrase",
      args: ["preview"],
      environment: { PULUMI_CONFIG_PASSPHRASE: "wrong" },
      code: 1,
      message: "getting stack configuration: get stack secrets manager: incorrect passphrase",
    },
    {
      what: "an unknown stack",
      args: ["preview", "--stack", "nope"],
      code: 6,
      message: "no stack named 'nope' found",
    },
    {
      what: "flags that conflict",
      args: ["refresh", "--skip-preview", "--preview-only"],
      code: 1,
      message: "--skip-preview and --preview-only cannot be used together",
    },
    {
      what: "a removal without consent",
      args: ["stack", "rm", "dev"],
      code: 1,
      message: "non-interactive mode requires --yes flag",
    },
  ])("refuses $what in words that our commands know", async ({ args, environment, code, message }) => {
    const refused = await toy.start(args, environment).finished;
    expect(refused.code).toBe(code);
    expect(refused.stderr.replace("embedded engine: for rehearsal and tests only\n", "")).toBe(
      `error: ${message}\n`,
    );
  });

  it("shows with --diff every property of what changes, below its parents", async () => {
    toy.configure({ things: { a: { value: "one" }, b: { value: "two", after: ["a"] } } });
    const { stdout } = await toy.run("preview", "--diff");
    expect(stdout).toContain(
      [
        "    + toy:Group: (create)",
        "        [urn=urn:pulumi:dev::toy::toy:Group::group]",
        "        + pulumi-nodejs:dynamic/toy:Thing: (create)",
        "            [urn=urn:pulumi:dev::toy::toy:Group$pulumi-nodejs:dynamic/toy:Thing::a]",
        '            value     : "one"',
        "",
      ].join("\n"),
    );
    expect(stdout).toMatch(/\nResources:\n {4}\+ 4 to create\n$/);
  });

  it("takes a resource that was left half done for drifted: a refresh asks its provider", async () => {
    expect((await up()).code).toBe(0);
    toy.configure({ things: { a: { value: "half" }, b: { value: "two" } } });
    expect((await up()).code).toBe(1);
    const look = await toy.run("refresh", "--preview-only", "--expect-no-changes");
    expect(look.code).toBe(7);
    expect(look.stdout).toContain("Thing a update [diff: ~value]\n");
  });

  it("leaves no reference to what a refresh found to be gone", async () => {
    toy.setWorld({ "id-one": "gone" });
    const refresh = await toy.run("refresh", "--yes", "--skip-preview");
    expect(refresh.stdout).toContain("    - 1 deleted\n    3 unchanged\n");
    expect(toy.stateText()).toContain("Thing::b");
    expect(toy.stateText()).not.toContain("Thing::a");
    toy.setWorld({});
  });

  it("tells a preview as JSON: what changes below the stack, and whole messages", async () => {
    toy.configure({ things: { b: { value: "three" } } });
    const preview = JSON.parse((await toy.run("preview", "--json")).stdout) as Digest;
    expect(preview.steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1) ?? ""}`)).toEqual([
      "same toy-dev",
      "update b",
    ]);
    expect(Object.keys(preview.steps[1]?.newState ?? {})).not.toContain("deletedWith");
    expect(preview.changeSummary).toEqual({ same: 2, update: 1 });
    toy.configure({ things: { b: { value: "bad" } } });
    const refused = JSON.parse((await toy.run("preview", "--json")).stdout) as Digest;
    // A CLI may warn, too: of a plugin that it finds on the PATH, for one.
    const messages = refused.diagnostics?.map(({ message }) => message);
    expect(messages?.filter((message) => !message.startsWith("warning: "))).toEqual([
      "error: pulumi-nodejs:dynamic/toy:Thing resource 'b': property value value {bad} has a problem: is bad\n",
    ]);
  });

  it("fails a refresh whose provider refuses to compare", async () => {
    toy.configure({
      things: { c: { value: "refused" } },
      ...(runsCommands(bin) ? { command: "echo first" } : {}),
    });
    expect((await up()).code).toBe(0);
    const refresh = await toy.run("refresh", "--yes", "--skip-preview");
    expect(refresh.code).toBe(1);
    expect(refresh.stdout).toContain("  pulumi-nodejs:dynamic/toy:Thing (c):\n    error: the gate is shut\n");
  });

  it.skipIf(!runsCommands(bin))("shows all that a failed command said, in order", async () => {
    const command = "echo out; sleep 0.2; echo news >&2; exit 3";
    toy.configure({ things: {}, command });
    const { code, stdout } = await up();
    expect(code).toBe(1);
    expect(stdout).toContain(
      `  command:local:Command (run):\n    error: exit status 3: running "${command}":\n    out\n    news\n`,
    );
    expect(stdout).toContain(
      " ++ command:local:Command run **creating failed** [diff: ~create,triggers]; error",
    );
  });

  it("at the first signal lets running steps end, and begins nothing new", async () => {
    toy.configure({ things: { a: { value: "slow 1500" }, d: { value: "never", after: ["a"] } } });
    toy.calls();
    const { child, finished } = toy.start(["up", "--yes", "--skip-preview"]);
    await toy.called("create slow 1500");
    child.kill("SIGTERM");
    const { code, stdout } = await finished;
    expect(code).toBe(1);
    expect(stdout).toContain(
      "SIGTERM received; cancelling. If you would like to terminate immediately, send SIGTERM again.\n",
    );
    expect(stdout).toContain("error: update canceled\n");
    expect(toy.calls()).toEqual(["create slow 1500", "done slow 1500"]);
  });

  it("at the second signal stops at once, and the next update goes on from there", async () => {
    toy.configure({ things: { a: { value: "slow 60000" } } });
    const { child, finished, said } = toy.start(["up", "--yes", "--skip-preview"]);
    await toy.called("update slow 60000");
    child.kill("SIGINT");
    await said("^C received; cancelling.");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await finished;
    expect(code).toBe(8);
    expect(stdout).toContain("^C received; terminating\n");
    expect(stdout).toContain("Thing a updating (interrupted) [diff: ~value]\n");
    expect(stdout).toContain("    error: update failed\n");
    expect(stderr).toContain("error: update cancelled\n");
    expect(toy.stateText()).toContain('"type":"updating"');
    expect(locksOf(toy)).toEqual([]);

    toy.configure({ things: { a: { value: "fine" } } });
    expect(await up()).toMatchObject({ code: 0 });
    expect((await toy.run("preview", "--expect-no-changes")).code).toBe(0);
  });

  it("forgets the stack with `destroy --remove`, and says so", async () => {
    const { code, stdout } = await toy.run("destroy", "--yes", "--skip-preview", "--remove");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\nThe resources in the stack have been deleted, and the history and configuration removed\.\n$/,
    );
    expect(existsSync(path.join(toy.folder, "Pulumi.dev.yaml"))).toBe(false);
  });
});

interface Digest {
  steps: { op: string; urn: string; newState?: object }[];
  diagnostics?: { message: string }[];
  changeSummary: Record<string, number>;
}

function locksOf(toy: ToyProject): string[] {
  const folder = path.join(toy.backend, ".pulumi/locks/organization/toy/dev");
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
}
