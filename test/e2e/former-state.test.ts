import { afterAll, beforeAll, expect, it } from "vitest";

import { chooseEngine } from "../../rehearsal/operator/engine";
import { rehearseStack, type RehearsedStack } from "../support/rehearsed-stack";

let stack: RehearsedStack;

beforeAll(async () => {
  stack = await rehearseStack(chooseEngine("embedded"), { phase: "api", adopt: "api" });
  const up = await stack.pulumi.run("up");
  expect(up.ok, up.output).toBe(true);
}, 600_000);
afterAll(() => stack.stop());

/** The provider's text as it was stored until December 2026, without what the serialiser put around it. */
const formerShell = (kind: string) => `
const verbs = (config) => {
  const state = globalThis;
  state.felixLoader ??= require("tsx/cjs/api").register({ namespace: "felix" });
  return state.felixLoader
    .require("./components/providers/host.ts", require("node:path").join(process.cwd(), "index.ts"))
    .verbs(${JSON.stringify(kind)}, config);
};
const shell = {
  configure(request) { this.config = request.config; return Promise.resolve(); },
  check(olds, news) { return verbs(this.config).check(olds, news); },
  diff(id, olds, news) { return verbs(this.config).diff(id, olds, news); },
  create(inputs) { return verbs(this.config).create(inputs); },
  read(id, props) { return verbs(this.config).read(id, props ?? {}); },
  update(id, olds, news) { return verbs(this.config).update(id, olds, news); },
  delete(id, props) { return verbs(this.config).delete(id, props); },
};
exports.handler = () => shell;
`;

/** Steps that earlier versions did not have. */
const NEW = ["schema", "pending-migrations", "consents", "backup-before-rollback"];
const isNew = (urn: string) => NEW.includes(urn.split("::").at(-1) ?? "");

interface Stored {
  urn: string;
  type: string;
  inputs?: object;
  outputs?: object;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
}

/** Today's state as an earlier version would have written it. */
function asItWas(text: string): string {
  const KINDS: Record<string, string> = {
    FeatureFlag: "feature-flag",
    Deploy: "deploy",
    Migrations: "migrations",
    Gate: "gate",
  };
  const former = text
    .replaceAll("dynamic/rollout:", "dynamic/felix:")
    .replaceAll(/rollout:(Rollout|Service|Database)/g, "felix:$1")
    .replaceAll('"renderName":', '"service":');
  const state = JSON.parse(former) as { deployment: { resources: Stored[] } };
  state.deployment.resources = state.deployment.resources.filter(({ urn }) => !isNew(urn));
  for (const resource of state.deployment.resources) {
    resource.dependencies = resource.dependencies?.filter((urn) => !isNew(urn)) ?? [];
    for (const [key, urns] of Object.entries(resource.propertyDependencies ?? {}))
      (resource.propertyDependencies ?? {})[key] = urns?.filter((urn) => !isNew(urn)) ?? [];
  }
  for (const { type, inputs, outputs } of state.deployment.resources) {
    const kind = KINDS[type.split(":").at(-1) ?? ""];
    if (kind === undefined || !type.includes("dynamic/felix")) continue;
    for (const props of [inputs, outputs])
      if (props !== undefined) Object.assign(props, { __provider: formerShell(kind) });
  }
  return JSON.stringify(state);
}

const types = (text: string) =>
  (JSON.parse(text) as { deployment: { resources: { type: string }[] } }).deployment.resources.map(
    ({ type }) => type,
  );

it("state of before December 2026 is taken over: only the steps that it did not have are made, and nothing is written on Render", async () => {
  const today = await stack.exportState();
  const former = asItWas(today);
  expect(types(former)).toContain("pulumi-nodejs:dynamic/felix:Gate");
  await stack.pulumi.command(["stack", "import", "--stack", "test"], former);
  const mark = stack.world.render.requests.mark();

  const up = await stack.pulumi.run("up");
  expect(up.ok, up.output).toBe(true);
  expect(up.steps.map(({ op, name }) => `${op} ${name}`).sort()).toEqual(
    // The backup's command was worded differently; without work to be done it ends at once.
    [...NEW.map((name) => `create ${name}`), "update backup"].sort(),
  );
  const requests = Object.keys(stack.world.render.requests.countsSince(mark));
  expect(requests.filter((route) => !route.startsWith("GET "))).toEqual([]);
  expect(types(await stack.exportState()).sort()).toEqual(types(today).sort());
}, 600_000);

it("what of it was not changed since is read and forgotten by today's code", async () => {
  const mark = stack.world.render.requests.mark();
  for (const operation of ["refresh", "destroy"] as const) {
    const run = await stack.pulumi.run(operation);
    expect(run.ok, run.output).toBe(true);
  }
  const requests = Object.keys(stack.world.render.requests.countsSince(mark));
  expect(requests.filter((route) => !route.startsWith("GET "))).toEqual([]);
}, 600_000);
