import { describe, expect, it } from "vitest";
import { parseSignature } from "../../components/config/signatures";
import { planRollout } from "../../components/plan/plan-rollout";
import { planSentences } from "../../components/plan/sentences";
import { shop } from "./shop";

const consents = (...ids: string[]) =>
  Object.fromEntries(ids.map((id) => [id, parseSignature("2026-11-24 by Ada")!]));

describe("what is declared", () => {
  it("names the flags of each service, how it deploys, the migrations and the gates", () => {
    expect(planSentences(planRollout(shop({ phase: "api" })))).toEqual([
      "prod: phase api, 1 of 2 flags on",
      "shop-api: on ENABLE_CART (a change redeploys its last good build)",
      "shop-site: off VITE_NEW_LOOK (a change rebuilds the commit that is live)",
      "migrations: 001_carts applied, after a backup",
      "002_wishes: not wanted; kept where it is applied, as rolling it back would drop the table wishes",
      "gates: preparation, migrations closed; api open",
    ]);
  });

  it("names holds, and what a consent would lose", () => {
    const config = shop({ phase: "api", hold: ["ENABLE_CART"], acceptDataLoss: consents("002_wishes") });
    expect(planSentences(planRollout(config))).toEqual(
      expect.arrayContaining([
        "held: ENABLE_CART stays off although its phase is reached",
        "002_wishes: not wanted; rolled back where it is applied, which drops the table wishes (consent, while it counts: 2026-11-24 by Ada)",
      ]),
    );
  });

  it("uses the names that the services have on Render", () => {
    const [api, site] = shop().services;
    const config = shop({ services: [{ ...api!, renderName: "shop-api-staging" }, site!] });
    expect(planSentences(planRollout(config)).join("\n")).toContain("shop-api-staging: off ENABLE_CART");
  });
});
