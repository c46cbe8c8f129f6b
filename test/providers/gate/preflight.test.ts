import { describe, expect, it } from "vitest";

import { checkPreflight, serviceWarnings } from "../../../components/providers/gate/preflight";
import type { Service } from "../../../components/render/client";
import { AT, fakeWorld, liveDeploy } from "../../support/fake-context";

const service: Service = {
  ...{ id: "srv-backend", name: "backend", ownerId: "tea-1", type: "web_service" },
  ...{ suspended: "not_suspended", autoDeploy: "no", serviceDetails: {} },
};
const details = (serviceDetails: object): Partial<Service> => ({ serviceDetails });

describe("what would bite later, by what is known of a service anyway", () => {
  it.each<[string, Partial<Service>, string]>([
    ["suspended", { suspended: "suspended" }, "it is suspended, so no deploy of it gets live; resume it"],
    [
      "deploying by itself",
      { autoDeploy: "yes" },
      "autodeploy is on: a push in the middle of the rollout ships code and restarts the soak",
    ],
    [
      "on a disk with a name",
      details({ disk: { id: "dsk-1", name: "uploads" } }),
      "it has the disk uploads: its deploys stop it before they start it, so there is downtime",
    ],
    [
      "on a disk without one",
      details({ disk: { id: "dsk-1" } }),
      "it has the disk dsk-1: its deploys stop it before they start it, so there is downtime",
    ],
    [
      "free",
      details({ plan: "free" }),
      "it is on the free plan: it sleeps without traffic, and runs no one-off jobs",
    ],
    [
      "closed for maintenance",
      details({ maintenanceMode: { enabled: true } }),
      "maintenance mode is on: its users get a 503",
    ],
  ])("of one that is %s", (_what, more, sentence) => {
    expect(serviceWarnings({ ...service, ...more }, [])).toEqual([sentence]);
  });

  it("is nothing of a quiet one, of a static site that costs nothing, and of maintenance that is over", () => {
    expect(serviceWarnings(service, [liveDeploy("dep-1", AT)])).toEqual([]);
    expect(serviceWarnings({ ...service, type: "static_site", ...details({ plan: "free" }) }, [])).toEqual(
      [],
    );
    expect(serviceWarnings({ ...service, ...details({ maintenanceMode: { enabled: false } }) }, [])).toEqual(
      [],
    );
    expect(serviceWarnings({ ...service, ...details({ plan: "starter" }) }, [])).toEqual([]);
  });

  it("is a deploy that runs already", () => {
    const running = liveDeploy("dep-2", AT, { status: "build_in_progress" });
    expect(serviceWarnings(service, [running, liveDeploy("dep-1", AT)])).toEqual([
      "deploy dep-2 is build_in_progress; ours waits for it",
    ]);
  });
});

describe("the preflight of a service", () => {
  function look(more: Partial<Service>, render: object = {}) {
    const world = fakeWorld();
    const { blueprints = async () => [], ...rest } = render as { blueprints?: () => Promise<never[]> };
    Object.assign(world.context.observed, { blueprints });
    Object.assign(world.context.render, rest);
    return checkPreflight(world.context, { ...service, ...more });
  }
  const own = { id: "srv-backend" };

  it("passes where nothing would bite, and holds no evidence then", async () => {
    const result = await look({});
    expect(result).toMatchObject({
      ...{ check: "preflight backend", verdict: "pass", observed: 0 },
      summary: "nothing about backend would bite later",
    });
    expect(result).not.toHaveProperty("evidence");
  });

  it("warns with everything at once, its environment and Blueprints among it", async () => {
    const result = await look(
      { suspended: "suspended", environmentId: "evm-1" },
      {
        getEnvironment: async () => ({ name: "Production", protectedStatus: "protected" }),
        blueprints: async () => [
          { name: "infra", autoSync: true, resources: [{ id: "srv-other" }, own] },
          { name: "by-hand", autoSync: false, resources: [own] },
          { name: "of-others", autoSync: true, resources: [{ id: "srv-other" }] },
          { name: "empty" },
        ],
      },
    );
    const sentences = [
      "it is suspended, so no deploy of it gets live; resume it",
      "its environment Production is protected: only an admin's API key changes variables there",
      "the Blueprint infra manages it, too and syncs by itself: a sync may undo values and deploys",
      "the Blueprint by-hand manages it, too: a sync may undo values and deploys",
    ];
    expect(result).toMatchObject({ verdict: "warn", observed: 4, evidence: sentences });
    expect(result.summary).toBe(`backend: ${sentences.join("; ")}`);
  });

  it("says nothing of an environment that is not protected", async () => {
    const getEnvironment = async () => ({ name: "Staging", protectedStatus: "unprotected" });
    expect((await look({ environmentId: "evm-1" }, { getEnvironment })).verdict).toBe("pass");
  });

  it("says what could not be looked at, in one line, and stops nothing", async () => {
    const fails = () => Promise.reject(new Error("HTTP 500\nand much more"));
    const result = await look({ environmentId: "evm-1" }, { getEnvironment: fails, blueprints: fails });
    expect(result).toMatchObject({
      verdict: "warn",
      evidence: [
        "its environment could not be looked at: HTTP 500",
        "its Blueprints could not be looked at: HTTP 500",
      ],
    });
  });
});
