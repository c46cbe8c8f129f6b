import { describe, expect, it } from "vitest";
import { parseSignature } from "../../components/config";
import { planRollout } from "../../components/plan/plan-rollout";
import { shop } from "./shop";

const consent = parseSignature("2026-11-24 by Ada")!;

describe("in preparation", () => {
  it("everything is off and kept, and the one gate looks at it", () => {
    const plan = planRollout(shop({ phase: "preparation" }));
    expect(plan.nodes).toEqual([
      ...["flag:ENABLE_CART", "flag:VITE_NEW_LOOK", "deploy:shop-api", "deploy:shop-site"],
      ...["backup:ui", "migrations:ui", "backup:migrations", "migrations:migrations", "gate:preparation"],
    ]);
    expect(edgesOf(plan)).toEqual(
      [
        "flag:ENABLE_CART → deploy:shop-api",
        "flag:VITE_NEW_LOOK → deploy:shop-site",
        ...["backup:ui", "migrations:ui", "backup:migrations", "migrations:migrations"].flatMap((step) => [
          `deploy:shop-api → ${step}`,
          `deploy:shop-site → ${step}`,
        ]),
        "backup:ui → migrations:ui",
        "migrations:ui → backup:migrations",
        "backup:migrations → migrations:migrations",
        ...["deploy:shop-api", "deploy:shop-site", "migrations:migrations", "migrations:ui"].map(
          (id) => `${id} → gate:preparation`,
        ),
      ].sort(),
    );
    expect(plan.flags.map(({ value, reason }) => [value, reason])).toEqual([
      ["false", "phase not reached"],
      ["false", "phase not reached"],
    ]);
    expect(plan.groups.map(({ target, backup }) => [target, backup])).toEqual([
      [[], { id: "backup:migrations", name: "backup", triggers: [], runs: false }],
      [[], { id: "backup:ui", name: "backup-ui", triggers: [], runs: false }],
    ]);
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
        ...["backup:migrations", "migrations:migrations", "flag:ENABLE_CART", "flag:VITE_NEW_LOOK"].map(
          (id) => `gate:migrations → ${id}`,
        ),
        ...["deploy:shop-api", "deploy:shop-site"].map((id) => `gate:migrations → ${id}`),
        "backup:migrations → migrations:migrations",
        "migrations:migrations → flag:ENABLE_CART",
        "flag:ENABLE_CART → deploy:shop-api",
        "flag:VITE_NEW_LOOK → deploy:shop-site",
        ...["backup:ui", "migrations:ui"].flatMap((id) => [
          `deploy:shop-api → ${id}`,
          `deploy:shop-site → ${id}`,
        ]),
        "backup:ui → migrations:ui",
        ...["deploy:shop-api", "deploy:shop-site", "migrations:migrations", "migrations:ui"].map(
          (id) => `${id} → gate:api`,
        ),
      ].sort(),
    );
  });

  it("each deploy knows the values that its service must run with", () => {
    expect(plan.deploys.map(({ serviceKey: service, expects }) => [service, expects])).toEqual([
      ["shop-api", { ENABLE_CART: "true" }],
      ["shop-site", { VITE_NEW_LOOK: "false" }],
    ]);
  });

  it("the backup is triggered by the migrations that are wanted", () => {
    expect(plan.groups.map(({ name, target, backup }) => [name, target, backup!.triggers])).toEqual([
      ["migrations", ["001_carts"], ["001_carts"]],
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
  it("reaches only the group of its migration, and triggers the backup of an unwanted one", () => {
    const { groups } = planRollout(shop({ phase: "preparation", acceptDataLoss: { "002_wishes": consent } }));
    expect(groups.map(({ consents, backup }) => [consents, backup!.triggers, backup!.runs])).toEqual([
      [{}, [], false],
      [{ "002_wishes": "2026-11-24 by Ada" }, ["002_wishes: 2026-11-24 by Ada"], true],
    ]);
  });

  it("changes nothing about the backup of a wanted migration", () => {
    const { groups } = planRollout(shop({ phase: "api", acceptDataLoss: { "001_carts": consent } }));
    expect(groups[0]!.backup!.triggers).toEqual(["001_carts"]);
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

describe("a runner", () => {
  it("rolls back all or nothing where no word of its rollback holds {id}", () => {
    const { runner } = shop();
    const all = { ...runner!, commands: { ...runner!.commands, rollback: ["migrate", "rollback"] } };
    expect(planRollout(shop()).rollsBackAll).toBe(false);
    expect(planRollout(shop({ runner: all })).rollsBackAll).toBe(true);
  });
});

function edgesOf({ edges }: ReturnType<typeof planRollout>): string[] {
  return edges.map(({ from, to }) => `${from} → ${to}`).sort();
}
