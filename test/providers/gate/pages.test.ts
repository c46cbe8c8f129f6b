import { describe, expect, it } from "vitest";

import type { StackConfig } from "../../../components/config";
import { planRollout } from "../../../components/plan/plan-rollout";
import { gateInputs } from "../../../components/providers/gate/gate-inputs";
import { checkPages } from "../../../components/providers/gate/check-pages";
import type { GatePage } from "../../../components/providers/gate/inputs";
import { fakeWorld, CANARY } from "../../support/fake-context";
import { openGate } from "../../support/gate-world";
import { storyConfig } from "../../log/story";

const page: GatePage = {
  ...{ id: "shop", renderName: "backend", path: "/#/cart", ignore: [] },
  ...{ withinSeconds: 3, growthPercent: 50, expects: [{ selector: "h1", visible: true }] },
};

describe("pages that a gate is told to open", () => {
  const pages: StackConfig["pages"] = [
    {
      ...{ id: "shop", phase: "api", serviceKey: "shop-site", path: "/", ignore: [] },
      ...{ withinSeconds: 3, growthPercent: 50, visible: ["main"], hidden: [".error"] },
      whenOn: { ENABLE_CART: { visible: ["#cart"], hidden: [".old-cart"] } },
      whenOff: { ENABLE_CART: { visible: [".old-cart"], hidden: ["#cart"] } },
    },
  ];
  const told = (phase: StackConfig["phase"]) => {
    const config = { ...storyConfig(), phase, pages };
    const plan = planRollout(config);
    return gateInputs(config, plan, plan.gates.at(-1)!).pages;
  };

  it("are those of the phases reached, and what must be visible follows from the flags as declared", () => {
    const on = storyConfig().flags.find(({ key }) => key === "ENABLE_CART")!.phase;
    expect(told("preparation")).toEqual([]);
    expect(told("ui")?.map(({ id }) => id)).toEqual(["shop"]);
    expect(on).toBe("api");
    expect(told("api")?.[0]?.expects).toEqual([
      { selector: "main", visible: true },
      { selector: ".error", visible: false },
      { selector: "#cart", visible: true, because: "ENABLE_CART is on" },
      { selector: ".old-cart", visible: false, because: "ENABLE_CART is on" },
    ]);
  });

  it("are none where the catalogue names none, and then nothing is asked for a browser", async () => {
    const world = fakeWorld();
    expect(await checkPages(world.context, openGate)).toEqual([]);
  });
});

describe("a gate that is to open pages and cannot", () => {
  it("could not measure without a browser, whatever the pages are like", async () => {
    const world = fakeWorld();
    const [result] = await checkPages(world.context, { ...openGate, pages: [page] });
    expect(result).toMatchObject({
      check: "page shop",
      verdict: "could-not-measure",
      summary: "shop could not be looked at: there is no Chromium here; ROLLOUT_BROWSER names one",
    });
  });

  it("could not measure with a browser that does not start", async () => {
    const world = fakeWorld();
    world.context.browser = "/nowhere/chromium";
    const [result] = await checkPages(world.context, { ...openGate, pages: [page] });
    expect(result?.verdict).toBe("could-not-measure");
    expect(result?.summary).toMatch(
      /^shop could not be looked at: the browser \/nowhere\/chromium did not start: /,
    );
  });
});

it("a gate never repeats a secret from a browser that does not start", async () => {
  const world = fakeWorld();
  world.context.browser = `/nowhere/${CANARY}`;
  const [result] = await checkPages(world.context, { ...openGate, pages: [page] });
  const [, why] = result?.summary.split(" did not start: ") ?? [];
  expect(why).toContain("/nowhere/[secret]");
});
