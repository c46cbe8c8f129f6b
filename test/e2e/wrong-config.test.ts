import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { chooseEngine } from "../../rehearsal/operator/engine";
import { rehearseStack } from "../support/rehearsed-stack";
import { asPulumiHandsOver } from "../config/as-pulumi-hands-over";
import { validProjectYaml, validStackYaml, wrongConfigs } from "../config/wrong-configs";

const home = process.cwd();
let folder: string;
let registered: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "felix-wrong-"));
  registered = [];
  process.chdir(folder);
  vi.stubEnv("RENDER_API_KEY", "rnd_none");
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

/** Runs the real program on these files, as Pulumi would; answers with what it threw. */
async function runProgram(stackYaml: string, projectYaml: string): Promise<unknown> {
  writeFileSync(join(folder, "Pulumi.prod.yaml"), stackYaml);
  writeFileSync(join(folder, "Pulumi.yaml"), projectYaml);
  const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => {
    registered.push(name);
    return { id: name, state: inputs as Record<string, unknown> };
  };
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "felix-hub-rollout", "prod");
  // Two documents in one file: Pulumi reads the first.
  pulumi.runtime.setAllConfig(asPulumiHandsOver(stackYaml.split("\n---")[0]!, projectYaml));
  vi.resetModules();
  return import("../../index.js").then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** One of four: test/config refuses each of them, from the same values, and here the program is loaded anew each time. */
const some = wrongConfigs
  .filter(({ refusedByPulumi }) => refusedByPulumi !== true)
  .filter((_, index) => index % 4 === 0);

describe("the program, given a config that is wrong", () => {
  it.each(some)(
    "says so and declares no resource, so that nothing is sent to Render: $title",
    async ({ stackYaml, projectYaml, expected }) => {
      const error = await runProgram(stackYaml, projectYaml ?? validProjectYaml);
      expect((error as Error).message).toBe([...expected, "[rollout CONFIG_INVALID]"].join("\n"));
      // Node would take half a minute to colour it, and nobody is shown it.
      expect((error as Error).stack).toBeUndefined();
      expect(registered).toEqual([]);
    },
  );

  it("declares resources when it is right: the same way of running it can tell the difference", async () => {
    expect(await runProgram(validStackYaml, validProjectYaml)).toBeUndefined();
    await vi.waitFor(() => {
      expect(registered).toContain("gate-preparation");
    });
  });
});

describe("an update with a wrong config", () => {
  it("shows file, line, column, what was found and what is allowed, and Render gets no request", async () => {
    const stack = await rehearseStack(chooseEngine("embedded"), {
      phase: "apii",
      hold: ["ENABLE_CAR_NUMBR"],
    });
    try {
      const mark = stack.world.render.requests.mark();
      const run = await stack.pulumi.run("up");
      expect(run.ok).toBe(false);
      expect(run.output).toMatch(
        /Pulumi\.test\.yaml:\d+:\d+: phase: found "apii"; allowed: preparation, .*did you mean "api"\?/,
      );
      expect(run.output).toMatch(
        /Pulumi\.test\.yaml:\d+:\d+: hold.*ENABLE_CAR_NUMBR.*did you mean "ENABLE_CAR_NUMBER"\?/,
      );
      expect(stack.world.render.requests.countsSince(mark)).toEqual({});
    } finally {
      await stack.stop();
    }
  }, 600_000);
});
