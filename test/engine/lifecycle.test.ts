import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ToyProject } from "./support/toy-project";

// One stack goes through its whole life; each test takes it over from the one before.
describe("the life of a stack, through the executable", { timeout: 60_000 }, () => {
  let toy: ToyProject;
  beforeAll(() => {
    toy = new ToyProject();
  });
  afterAll(() => {
    toy.remove();
  });

  it("begins with `stack init` and a secret that nobody reads in the file", async () => {
    expect(await toy.run("stack", "init", "dev")).toMatchObject({ code: 0, stderr: "Created stack 'dev'\n" });
    toy.configure({ things: { a: { value: "one" }, b: { value: "two", after: ["a"] } }, command: "echo hi" });
    expect((await toy.run("config", "set", "--secret", "token", "s3cr3t-token")).code).toBe(0);
    const shown = await toy.run("config", "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      "toy:token": { secret: true },
      "toy:command": { value: "echo hi" },
    });
    expect(shown.stdout).not.toContain("s3cr3t");
    expect((await toy.run("config", "get", "token")).stdout).toBe("s3cr3t-token\n");
  });

  it("previews without touching anything, with outputs that are not known yet", async () => {
    const preview = await toy.run("preview");
    expect(preview).toMatchObject({
      code: 0,
      steps: ["create a", "create b", "create group", "create run", "create toy-dev"],
    });
    expect(preview.stderr).toContain("embedded engine: for rehearsal and tests only\n");
    expect(preview.stdout).toContain("    + 5 to create\n");
    expect(preview.stdout).toContain("    shownToken: [secret]\n    stdout    : [unknown]\n");
    expect(toy.calls()).toEqual([]);
  });

  it("is made by `up`: secrets reach providers, but neither output, nor events, nor state", async () => {
    const up = await toy.run("up", "--yes", "--skip-preview");
    expect(up).toMatchObject({
      code: 0,
      steps: ["create a", "create b", "create group", "create run", "create toy-dev"],
    });
    expect(up.stdout).toContain("create with token [secret]");
    expect(up.stdout).toContain('    stdout    : "hi"\n');
    expect(up.stdout + up.stderr + JSON.stringify(up.events) + toy.stateText()).not.toContain("s3cr3t");
    expect(toy.calls()).toEqual(["create one", "done one", "create two", "done two"]);
    const outputs = await toy.run("stack", "output", "--json", "--show-secrets");
    expect(JSON.parse(outputs.stdout)).toEqual({
      revisions: { a: "made one", b: "made two" },
      shownToken: "s3cr3t-token",
      stdout: "hi",
    });
  });

  it("is left alone when nothing changed", async () => {
    const preview = await toy.run("preview", "--expect-no-changes", "--json");
    expect(preview.code).toBe(0);
    expect(JSON.parse(preview.stdout)).toMatchObject({ changeSummary: { same: 5 } });
  });

  it("updates, replaces and deletes in one go", async () => {
    toy.calls();
    toy.configure({
      things: { a: { value: "three" }, c: { value: "four", place: "here" } },
      command: "echo again",
    });
    const up = await toy.run("up", "--yes", "--skip-preview");
    expect(up).toMatchObject({
      code: 0,
      steps: [
        "create c",
        "create-replacement run",
        "delete b",
        "delete-replaced run",
        "replace run",
        "same group",
        "same toy-dev",
        "update a",
      ],
    });
    expect(up.stdout).toMatch(
      / ~ {2}pulumi-nodejs:dynamic\/toy:Thing a updated \([\d.]+s\) \[diff: ~value\]/,
    );
    expect(up.stdout).toContain(
      "    + 1 created\n    ~ 1 updated\n    - 1 deleted\n    +-1 replaced\n    4 changes. 2 unchanged\n",
    );
    expect(toy.calls().filter((call) => call.startsWith("delete"))).toEqual(["delete two"]);
  });

  it("shows drift: in a refresh that only looks, and in the preview after one that takes it over", async () => {
    toy.setWorld({ "id-one": "drifted" });
    const look = await toy.run("refresh", "--preview-only", "--expect-no-changes");
    expect(look.code).toBe(7);
    expect(look.stdout).toContain("Thing a update [diff: ~value]");
    expect((await toy.run("refresh", "--yes", "--skip-preview")).stdout).toContain("    ~ 1 updated\n");
    const preview = await toy.run("preview", "--diff");
    expect(preview.steps).toContain("update a");
    expect(preview.stdout).toContain('~ value: "drifted" => "three"');
  });

  it("`up --refresh` looks first and puts things right", async () => {
    const up = await toy.run("up", "--yes", "--skip-preview", "--refresh");
    expect(up.steps).toEqual(expect.arrayContaining(["refresh a", "update a"]));
    expect(toy.calls()).toContain("update three");
  });

  it("keeps a history, newest first", async () => {
    const history = await toy.run("stack", "history", "--json", "--page-size", "2");
    expect(JSON.parse(history.stdout)).toMatchObject([
      { kind: "update", result: "succeeded", config: { "toy:token": { secret: true } } },
      { kind: "refresh", result: "succeeded" },
    ]);
  });

  it("ends with `destroy` and `stack rm`, dependents first", async () => {
    expect((await toy.run("stack", "rm", "dev", "--yes")).stderr).toContain(
      "'dev' still has resources; removal rejected",
    );
    const destroy = await toy.run("destroy", "--yes", "--skip-preview");
    expect(destroy).toMatchObject({
      code: 0,
      steps: ["delete a", "delete c", "delete group", "delete run", "delete toy-dev"],
    });
    expect((await toy.run("stack", "rm", "dev", "--yes")).code).toBe(0);
    expect((await toy.run("preview", "--stack", "dev")).code).toBe(6);
  });
});
