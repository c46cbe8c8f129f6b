import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository, ToyProject } from "./support/toy-project";

describe("the Automation API on the embedded engine", { timeout: 60_000 }, () => {
  let toy: ToyProject;
  beforeAll(() => {
    toy = new ToyProject();
  });
  afterAll(() => {
    toy.remove();
  });

  it("creates a stack, sets its config, previews, updates and reads it like with the CLI", async () => {
    const pulumiCommand = await PulumiCommand.get({ root: path.join(repository, "rehearsal/engine") });
    const envVars = toy.environment as Record<string, string>;
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "auto", workDir: toy.folder },
      { pulumiCommand, envVars },
    );
    await stack.setConfig("command", { value: "echo made by Automation" });
    await stack.setAllConfig({ token: { value: "auto-s3cr3t", secret: true } });
    expect(await stack.getConfig("toy:token")).toEqual({ value: "auto-s3cr3t", secret: true });
    expect(await stack.getAllConfig()).toMatchObject({ "toy:command": { value: "echo made by Automation" } });

    const events: string[] = [];
    const preview = await stack.preview({ onEvent: (event) => events.push(...Object.keys(event)) });
    expect(preview.changeSummary).toEqual({ create: 3 });
    expect(events).toEqual(expect.arrayContaining(["preludeEvent", "resourcePreEvent", "summaryEvent"]));

    const up = await stack.up({ onOutput: () => undefined });
    expect(up.outputs).toMatchObject({
      stdout: { value: "made by Automation", secret: false },
      shownToken: { value: "auto-s3cr3t", secret: true },
    });
    expect(up.summary).toMatchObject({ kind: "update", result: "succeeded", resourceChanges: { create: 3 } });
    expect((await stack.workspace.listStacks()).map(({ name }) => name)).toEqual(["auto"]);

    const state = await stack.exportStack();
    await stack.importStack(state);
    expect((await stack.workspace.whoAmI()).url).toBe(`file://${toy.backend}`);
    await expect(stack.preview({ expectNoChanges: true })).resolves.toBeDefined();
  });
});
