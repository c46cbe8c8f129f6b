import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSignature } from "../../components/config";
import { planRollout } from "../../components/plan/plan-rollout";
import { planSentences } from "../../components/plan/sentences";
import { anyPhase, arbitraryConfig } from "../support/arbitrary-config";
import { shop } from "./shop";

const consents = (...ids: string[]) =>
  Object.fromEntries(ids.map((id) => [id, parseSignature("2026-11-24 by Ada")!]));
const gatesUpTo = { preparation: "closed", migrations: "closed", api: "closed", ui: "open" } as const;
const live = { ENABLE_CART: "true", VITE_NEW_LOOK: "true" };

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

describe("what an update will do", () => {
  it("advancing: the flips, one deploy for each service that has any, what is applied, which gates move", () => {
    const before = {
      flags: { ENABLE_CART: "true" },
      applied: ["001_carts"],
      gates: { preparation: "closed", migrations: "closed", api: "open" },
    } as const;
    expect(planSentences(planRollout(shop({ phase: "ui" })), before)).toEqual([
      "prod: phase ui, 2 of 2 flags on",
      "shop-api: no flag flips, no deploy",
      'shop-site: VITE_NEW_LOOK unset → "true"',
      "shop-site: one deploy, which rebuilds the commit that is live",
      "migrations: 001_carts applied already",
      "migrations: applies 002_wishes, after a backup",
      "gate api: closes",
      "gate ui: opens and verifies",
    ]);
  });

  it("going back without consent: flags off, migrations kept, later gates gone", () => {
    const before = { flags: live, applied: ["001_carts", "002_wishes"], gates: gatesUpTo };
    expect(planSentences(planRollout(shop({ phase: "preparation" })), before)).toEqual([
      "prod: phase preparation, 0 of 2 flags on",
      'shop-api: ENABLE_CART "true" → "false"',
      "shop-api: one deploy, which redeploys its last good build",
      'shop-site: VITE_NEW_LOOK "true" → "false"',
      "shop-site: one deploy, which rebuilds the commit that is live",
      "keeping 001_carts: rolling it back would drop the table carts",
      "keeping 002_wishes: rolling it back would drop the table wishes",
      "gate preparation: opens again and verifies",
      "gate migrations: goes, its phase is not reached any more",
      "gate api: goes, its phase is not reached any more",
      "gate ui: goes, its phase is not reached any more",
    ]);
  });

  it("going back with consent: what is lost, and by whose word", () => {
    const config = shop({ phase: "preparation", acceptDataLoss: consents("002_wishes") });
    expect(planSentences(planRollout(config), { flags: {}, applied: ["001_carts", "002_wishes"] })).toEqual(
      expect.arrayContaining([
        "keeping 001_carts: rolling it back would drop the table carts",
        "migrations: rolls back 002_wishes, after a backup and when its flags are off and live: drops the table wishes (consent: 2026-11-24 by Ada)",
      ]),
    );
  });

  it("a consent that counts no more keeps the migration, and the sentence says why", () => {
    const plan = planRollout(shop({ phase: "preparation", acceptDataLoss: consents("002_wishes") }));
    const before = { flags: {}, applied: ["002_wishes"] };
    expect(
      planSentences(plan, { ...before, usedConsents: { "002_wishes": ["2026-11-24 by Ada"] } }),
    ).toContain(
      'keeping 002_wishes: rolling it back would drop the table wishes, and the consent "2026-11-24 by Ada" was used up by an earlier rollback; give a new one with a new date',
    );
    expect(planSentences(plan, { ...before, appliedAt: { "002_wishes": "2026-11-25T08:00:00Z" } })).toContain(
      'keeping 002_wishes: rolling it back would drop the table wishes, and the consent "2026-11-24 by Ada" is older than its last application (2026-11-25 09:00 Europe/Berlin); give a new one',
    );
  });

  it("says nothing of a migration that is neither wanted nor applied", () => {
    const sentences = planSentences(planRollout(shop({ phase: "api" })), {
      flags: live,
      applied: ["001_carts"],
    });
    expect(sentences.join("\n")).not.toContain("002_wishes");
  });

  it("for the state that is declared already: no flip, no deploy, no migration, no gate", () => {
    fc.assert(
      fc.property(arbitraryConfig(), (config) => {
        const plan = planRollout(config);
        const before = {
          flags: Object.fromEntries(plan.flags.map(({ key, value }) => [key, value])),
          applied: plan.groups.flatMap(({ target }) => target),
          gates: Object.fromEntries(plan.gates.map(({ phase, state }) => [phase, state])),
        };
        expect(
          planSentences(plan, before).filter((said) =>
            /→|one deploy|applies|rolls back|keeping|gate /.test(said),
          ),
        ).toEqual([]);
      }),
    );
  });

  it("names every flag that flips, and no other", () => {
    fc.assert(
      fc.property(arbitraryConfig(), anyPhase, (config, phase) => {
        const [from, to] = [planRollout({ ...config, phase }), planRollout(config)];
        const flags = Object.fromEntries(from.flags.map(({ key, value }) => [key, value]));
        const said = planSentences(to, { flags, applied: [] }).flatMap(
          (sentence) => / (\w+) "\w+" → /.exec(sentence)?.[1] ?? [],
        );
        expect(said.toSorted()).toEqual(
          to.flags.flatMap(({ key, value }) => (flags[key] === value ? [] : [key])).sort(),
        );
      }),
    );
  });
});
