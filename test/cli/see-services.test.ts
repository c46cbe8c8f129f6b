import { describe, expect, it } from "vitest";

import { serviceDrift } from "../../cli/drift/read-drift";
import { seeServices } from "../../cli/drift/see-services";
import { readStanding } from "../../cli/shared/standing";
import type { StackConfig } from "../../components/config";
import { fakeWorld } from "../support/fake-context";

/** A stack whose catalogue names no service any more, and whose state still has one. */
function leftBehind(value: string | undefined) {
  const world = fakeWorld();
  if (value !== undefined) world.services.get("srv-backend")!.envVars.set("ENABLE_X", value);
  const outputs = {
    renderName: "backend",
    deployId: "dep-1",
    liveAt: "",
    status: "succeeded",
    expects: { ENABLE_X: "true" },
    managed: { ENABLE_X: "true" },
  };
  const standing = readStanding([{ kind: "Deploy", name: "deploy-backend", inputs: {}, outputs }]);
  const config = { services: [], flags: [] } as unknown as StackConfig;
  return { world, standing, config };
}

describe("a service that left the catalogue while state still has it", () => {
  it("is asked of its flags: one that is on there is drift", async () => {
    const { world, standing, config } = leftBehind("true");
    const found = serviceDrift(await seeServices(world.context.observed, config, standing), standing);
    expect(found).toMatchObject([{ kind: "left-flag", name: "ENABLE_X" }]);
    expect(found[0]?.found).toContain("left the catalogue and is still on");
  });

  it.each(["false", undefined])("is no drift where its flag is %s", async (value) => {
    const { world, standing, config } = leftBehind(value);
    expect(serviceDrift(await seeServices(world.context.observed, config, standing), standing)).toEqual([]);
  });

  it("runs with no flag where Render has it no more", async () => {
    const { world, standing, config } = leftBehind("true");
    world.services.clear();
    expect(await seeServices(world.context.observed, config, standing)).toEqual([]);
  });
});

describe("a service of the catalogue", () => {
  const config = {
    services: [
      { key: "back", renderName: "backend" },
      { key: "site", renderName: "site" },
    ],
    flags: [
      { key: "A", serviceKey: "back" },
      { key: "B", serviceKey: "site" },
    ],
  } as unknown as StackConfig;
  const standing = readStanding([
    { kind: "Deploy", name: "deploy-backend", inputs: {}, outputs: { renderName: "backend" } },
  ]);

  it("is seen once, with its own flags, its variables, what is live and whether it deploys by itself", async () => {
    const world = fakeWorld({ backend: "web_service", site: "static_site" });
    const backend = world.services.get("srv-backend")!;
    backend.envVars.set("A", "true");
    backend.service.autoDeploy = "yes";
    world.services.get("srv-site")!.service.autoDeploy = "no";
    world.services.get("srv-site")!.deploys = [];
    const [live] = backend.deploys;
    expect(await seeServices(world.context.observed, config, standing)).toEqual([
      {
        service: "backend",
        liveDeploy: { id: live!.id, trigger: live!.trigger ?? "unknown trigger", createdAt: live!.createdAt },
        declared: ["A"],
        values: new Map([["A", "true"]]),
        autoDeploys: true,
      },
      { service: "site", declared: ["B"], values: new Map(), autoDeploys: false },
    ]);
  });
});
