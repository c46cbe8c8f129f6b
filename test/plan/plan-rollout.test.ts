import { describe, expect, it } from "vitest";
import { parseSignature } from "../../components/config/signatures";
import { planRollout } from "../../components/plan/plan-rollout";
import { shop } from "./shop";

const ROLLING_BACK = ["consents", "backup:rollback", "migrations:ui"];
const ROLLING_BACK_ALL = [...ROLLING_BACK, "migrations:migrations"];

const consent = parseSignature("2026-11-24 by Ada")!;

describe("in preparation", () => {
  it("everything is off and kept, and the one gate looks at it", () => {
    const plan = planRollout(shop({ phase: "preparation" }));
    expect(plan.nodes).toEqual([
      ...["survey", "pending", "backup:apply"],
      ...["flag:ENABLE_CART", "flag:VITE_NEW_LOOK", "deploy:shop-api", "deploy:shop-site"],
      ...["consents", "backup:rollback", "migrations:ui", "migrations:migrations", "gate:preparation"],
    ]);
    expect(edgesOf(plan)).toEqual(
      [
        "flag:ENABLE_CART → deploy:shop-api",
        "flag:VITE_NEW_LOOK → deploy:shop-site",
        "survey → pending",
        "pending → backup:apply",
        ...ROLLING_BACK_ALL.flatMap((step) => [`deploy:shop-api → ${step}`, `deploy:shop-site → ${step}`]),
        "consents → backup:rollback",
        "backup:rollback → migrations:ui",
        "migrations:ui → migrations:migrations",
        ...[
          "survey",
          "pending",
          "backup:apply",
          "deploy:shop-api",
          "deploy:shop-site",
          ...ROLLING_BACK_ALL,
        ].map((id) => `${id} → gate:preparation`),
      ].sort(),
    );
    expect(plan.flags.map(({ value, reason }) => [value, reason])).toEqual([
      ["false", "phase not reached"],
      ["false", "phase not reached"],
    ]);
    expect(plan.groups.map(({ name, target }) => [name, target])).toEqual([
      ["migrations", []],
      ["migrations-ui", []],
    ]);
    expect(plan.backups.map(({ name }) => name)).toEqual(["backup", "backup-before-rollback"]);
    expect(plan.gates).toEqual([
      {
        id: "gate:preparation",
        name: "gate-preparation",
        phase: "preparation",
        state: "open",
        adopted: false,
        soakSeconds: 0,
      },
    ]);
  });
});

describe("in the API phase", () => {
  const plan = planRollout(shop({ phase: "api" }));

  it("the wanted migrations come between the last closed gate and the flags, the others after the deploys", () => {
    expect(edgesOf(plan)).toEqual(
      [
        "gate:preparation → gate:migrations",
        ...[
          "survey",
          "pending",
          "backup:apply",
          "migrations:migrations",
          "flag:ENABLE_CART",
          "flag:VITE_NEW_LOOK",
        ].map((id) => `gate:migrations → ${id}`),
        ...["deploy:shop-api", "deploy:shop-site"].map((id) => `gate:migrations → ${id}`),
        "survey → pending",
        "pending → backup:apply",
        "backup:apply → migrations:migrations",
        "migrations:migrations → flag:ENABLE_CART",
        "flag:ENABLE_CART → deploy:shop-api",
        "flag:VITE_NEW_LOOK → deploy:shop-site",
        ...ROLLING_BACK.flatMap((id) => [`deploy:shop-api → ${id}`, `deploy:shop-site → ${id}`]),
        "consents → backup:rollback",
        "backup:rollback → migrations:ui",
        ...[
          "survey",
          "pending",
          "backup:apply",
          "migrations:migrations",
          "deploy:shop-api",
          "deploy:shop-site",
        ].map((id) => `${id} → gate:api`),
        ...ROLLING_BACK.map((id) => `${id} → gate:api`),
      ].sort(),
    );
  });

  it("each deploy knows the values that its service must run with", () => {
    expect(plan.deploys.map(({ serviceKey: service, expects }) => [service, expects])).toEqual([
      ["shop-api", { ENABLE_CART: "true" }],
      ["shop-site", { VITE_NEW_LOOK: "false" }],
    ]);
  });

  it("each group knows what is wanted of it, and which flags that are on need it", () => {
    expect(plan.groups.map(({ name, target, neededBy }) => [name, target, neededBy])).toEqual([
      ["migrations", ["001_carts"], ["ENABLE_CART"]],
      ["migrations-ui", [], []],
    ]);
  });
});

describe("a hold", () => {
  it("turns a flag off whose phase is reached, and says why", () => {
    const { flags } = planRollout(shop({ phase: "ui", hold: ["VITE_NEW_LOOK"] }));
    expect(flags.map(({ key, value, reason }) => [key, value, reason])).toEqual([
      ["ENABLE_CART", "true", "phase reached"],
      ["VITE_NEW_LOOK", "false", "held"],
    ]);
  });

  it("says nothing about a flag that is off anyway", () => {
    const { flags } = planRollout(shop({ phase: "api", hold: ["VITE_NEW_LOOK"] }));
    expect(flags[1]!.reason).toBe("phase not reached");
  });
});

describe("a consent", () => {
  it("reaches only the group of its migration", () => {
    const { groups } = planRollout(shop({ phase: "preparation", acceptDataLoss: { "002_wishes": consent } }));
    expect(groups.map(({ consents }) => consents)).toEqual([{}, { "002_wishes": "2026-11-24 by Ada" }]);
  });
});

describe("an adopted system", () => {
  it("has the gates before its phase made closed", () => {
    const { gates } = planRollout(shop({ phase: "ui", adopt: "api" }));
    expect(gates.map(({ phase, state, adopted }) => [phase, state, adopted])).toEqual([
      ["preparation", "closed", true],
      ["migrations", "closed", true],
      ["api", "closed", false],
      ["ui", "open", false],
    ]);
  });
});

describe("without a backup command", () => {
  it("there is no backup, and the order is the same", () => {
    const plan = planRollout(shop({ phase: "preparation", backup: undefined }));
    expect(plan.nodes.filter((id) => id.startsWith("backup"))).toEqual([]);
    expect(edgesOf(plan)).toContain("migrations:ui → migrations:migrations");
  });
});

function edgesOf({ edges }: ReturnType<typeof planRollout>): string[] {
  return edges.map(({ from, to }) => `${from} → ${to}`).sort();
}
