import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { chooseEngine } from "../../rehearsal/operator/engine";
import { rehearseStack, type RehearsedStack } from "../support/rehearsed-stack";

let stack: RehearsedStack;

beforeAll(async () => {
  stack = await rehearseStack(chooseEngine("embedded"));
  const up = await stack.pulumi.run("up");
  expect(up.ok, up.output).toBe(true);
}, 600_000);
afterAll(() => stack.stop());

/** The providers' code in state, one text for each kind. */
async function storedProviders(): Promise<string[]> {
  const state = JSON.parse(await stack.exportState()) as {
    deployment: { resources: { inputs?: { __provider?: string } }[] };
  };
  return [...new Set(state.deployment.resources.flatMap(({ inputs }) => inputs?.__provider ?? []))].sort();
}

describe("a resource in state", () => {
  it("holds one line of code, and not where in the code it was made", async () => {
    const state = await stack.exportState();
    for (const text of await storedProviders()) expect(text.length).toBeLessThan(150);
    const { resources } = (JSON.parse(state) as { deployment: { resources: Record<string, unknown>[] } })
      .deployment;
    const flags = resources.filter(({ type }) => String(type).endsWith(":FeatureFlag"));
    expect(flags.length).toBeGreaterThan(0);
    for (const { sourcePosition, stackTrace } of flags)
      expect([sourcePosition, stackTrace]).toEqual([undefined, undefined]);
  });
});

describe("the providers' code in state", () => {
  it("does not change, and shows no difference, when provider code changes", async () => {
    const before = await storedProviders();
    expect(before).toHaveLength(7);
    const providers = join(stack.project.directory, "components", "providers");
    for (const file of readdirSync(providers, { recursive: true, encoding: "utf8" })) {
      if (file.endsWith(".ts"))
        appendFileSync(
          join(providers, file),
          "\nexport const somethingNew = `a change of ${1 + 1} lines`;\n",
        );
    }
    const up = await stack.pulumi.run("up", { args: ["--expect-no-changes"] });
    expect(up.ok, up.output).toBe(true);
    expect(up.steps).toEqual([]);
    expect(await storedProviders()).toEqual(before);
  }, 600_000);
});

describe("destroying a stack", () => {
  it("only forgets: no flag is changed, nothing is deployed, no table is dropped", async () => {
    const mark = stack.world.render.requests.mark();
    const run = await stack.pulumi.run("destroy");
    expect(run.ok, run.output).toBe(true);
    expect(
      Object.keys(stack.world.render.requests.countsSince(mark)).filter((route) => !route.startsWith("GET ")),
    ).toEqual([]);
    expect(run.output).toContain("no longer managed; its value on Render stays as it is");
  }, 600_000);
});
