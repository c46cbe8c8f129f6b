import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { chooseEngine } from "../../rehearsal/operator/engine";
import { DEPLOY_POST, ENV_VAR_PUT, playAll, type RecordedStep } from "../../rehearsal/operator/operator";
import { findPulumi } from "../../cli/engine/find-pulumi";
import { scenes } from "../support/scenes";
import { rehearseStack, type RehearsedStack } from "../support/rehearsed-stack";
import { API_KEY_CANARY } from "../support/small-world";

/** Far more than it takes: a busy machine is no failure. */
const MINUTES_30 = 1_800_000;

/** By title of its scene: what was not as expected. A scene that fails does not keep those after it from being played. */
type Problems = Map<string, string>;

async function play(engine: "embedded" | "pulumi"): Promise<{ stack: RehearsedStack; problems: Problems }> {
  const stack = await rehearseStack(chooseEngine(engine));
  const problems: Problems = new Map();
  for (const scene of scenes) {
    const problem = await playAll(stack.operator, [scene]);
    if (problem !== undefined) problems.set(scene.title, [problem, ...stack.printed.slice(-60)].join("\n"));
  }
  return { stack, problems };
}

/** As `update FeatureFlag ENABLE_X`; resources that run side by side may start in either order. */
function stepList({ title, operation, result, resources }: RecordedStep): string[] {
  const steps = resources.map(({ op, type, name }) => `${op} ${type.split(":").at(-1) ?? type} ${name}`);
  return [`${title}, ${operation}: ${result}`, ...steps.sort()];
}

let stack: RehearsedStack;
let problems: Problems;

beforeAll(async () => {
  ({ stack, problems } = await play("embedded"));
}, MINUTES_30);
afterAll(() => stack.stop(), MINUTES_30);

describe("the rollout on the embedded engine", () => {
  const stepsOf = (title: string, operation: string) =>
    stack.operator.recorded.filter((step) => step.title.startsWith(title) && step.operation === operation);

  it.each(scenes.map(({ title }) => title))("goes as its scene demands: %s", (title) => {
    expect(problems.get(title)).toBeUndefined();
  });

  it("sends Render nothing that it does not know", () => {
    expect(stack.world.render.requests.refused()).toEqual([]);
  });

  it("reads at most four times a service in a preview that changes nothing, and writes nothing", () => {
    const quiet = stepsOf("Phase 2", "preview").at(-1)!;
    expect(quiet).toMatchObject({ result: "succeeded", resources: [] });
    const requests = Object.entries(quiet.requests);
    expect(requests.filter(([route]) => !route.startsWith("GET "))).toEqual([]);
    expect(requests.reduce((sum, [, times]) => sum + times, 0)).toBeLessThanOrEqual(8);
  });

  it("sends two PUTs and one deploy for the two flags of the API phase", () => {
    expect(stepsOf("Phase 2", "up")[0]?.requests).toMatchObject({ [ENV_VAR_PUT]: 2, [DEPLOY_POST]: 1 });
  });

  it("sends eight PUTs and two deploys for the full rollback from notifications, both services at the same time", () => {
    const step = stepsOf("The whole way back", "up")[0]!;
    expect(step.requests).toMatchObject({ [ENV_VAR_PUT]: 8, [DEPLOY_POST]: 2 });
    const names = step.resources.map(({ op, name }) => `${op} ${name}`);
    const deploys = ["update deploy-felix-hub-backend", "update deploy-felix-hub-mechanics-frontend"].map(
      (each) => names.indexOf(each),
    );
    // Both were started before anything that waits for either.
    expect(Math.max(...deploys)).toBeLessThan(names.indexOf("update migrations"));
    expect(Math.abs(deploys[0]! - deploys[1]!)).toBeLessThanOrEqual(3);
  });

  it("never replaces a service's list of variables, and leaves those that are none of ours alone", () => {
    expect(Object.keys(stack.world.render.requests.counts())).not.toContain(
      "PUT /v1/services/{serviceId}/env-vars",
    );
    expect(stack.world.render.service("felix-hub-backend").envVars["SECRET_KEY_BASE"]).toBe(
      "canary-of-the-service",
    );
  });

  it.each(["felix-hub-backend", "felix-hub-mechanics-frontend"])(
    "never ships code with a flag of %s: the newer commit stays undeployed",
    (name) => {
      const { deploys } = stack.world.render.service(name);
      expect(deploys.length).toBeGreaterThan(2);
      expect(new Set(deploys.map(({ commitId }) => commitId))).toEqual(new Set([deploys[0]?.commitId]));
    },
  );

  it("keeps providers small in state, and no secret in clear in state or in anything printed", async () => {
    const state = await stack.exportState();
    const providers = [...state.matchAll(/"__provider": ?"((?:[^"\\]|\\.)*)"/g)].map(
      ([, text]) => text?.length ?? 0,
    );
    expect(providers.length).toBeGreaterThan(10);
    expect(Math.max(...providers)).toBeLessThan(650);
    for (const secret of [API_KEY_CANARY, "canary-of-the-service"]) {
      expect(state).not.toContain(secret);
      expect(stack.printed.join("\n")).not.toContain(secret);
    }
  });
});

const real = findPulumi();
if (real === undefined)
  console.warn("SKIPPED: no pulumi on the PATH, so the two engines' step lists are not compared.");

describe.skipIf(real === undefined)("the rollout on the Pulumi CLI", () => {
  it(
    "has the same steps as on the embedded engine",
    async () => {
      const onCli = await play("pulumi");
      await onCli.stack.stop();
      expect(onCli.problems).toEqual(new Map());
      expect(onCli.stack.operator.recorded.map(stepList)).toEqual(stack.operator.recorded.map(stepList));
    },
    MINUTES_30,
  );
});
