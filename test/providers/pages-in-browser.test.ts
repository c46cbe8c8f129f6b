import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { checkPages, pageTimesIn } from "../../components/providers/gate/check-pages";
import type { GatePage } from "../../components/providers/gate/inputs";
import { browserPath } from "../support/browser";
import { AT, CANARY, fakeWorld, liveDeploy } from "../support/fake-context";
import { preparation } from "../support/gate-world";

const page: GatePage = {
  ...{ id: "shop", renderName: "backend", path: "/#/cart", ignore: [] },
  ...{ withinSeconds: 3, growthPercent: 50, expects: [{ selector: "h1", visible: true }] },
};

describe.skipIf(browserPath === undefined)("a gate with a browser", () => {
  let server: Server;
  let url = "";
  beforeAll(async () => {
    server = createServer((_, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(
        `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"></head><body><main><h1>Cart</h1></main>
         <script>if (location.hash === "#/broken") console.error("token rnd_canary0123456789canary");
         if (location.hash === "#/lost") fetch("http://127.0.0.1:9/of/${encodeURIComponent(CANARY)}").catch(() => undefined);</script></body></html>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });

  function worldWithBrowser() {
    const world = fakeWorld();
    world.services.get("srv-backend")!.deploys = [liveDeploy("dep-1", AT - 60_000)];
    world.context.browser = browserPath!;
    return world;
  }
  const inputs = () => ({
    ...preparation,
    services: preparation.services.map((service) => ({ ...service, url })),
  });

  it("opens them, and their times become the baseline of later gates", { timeout: 60_000 }, async () => {
    const { context } = worldWithBrowser();
    const found = await checkPages(context, { ...inputs(), pages: [page] });
    expect(found.map(({ check, verdict }) => [check, verdict])).toEqual([
      ["page shop", "pass"],
      ["page-times shop", "pass"],
    ]);
    const pages = pageTimesIn(found)!;
    expect(pages["shop"]?.loadMs).toBeGreaterThanOrEqual(150);
    const later = await checkPages(
      context,
      { ...inputs(), phase: "api", pages: [page] },
      { takenAt: "", method: "", endpoints: {}, pages },
    );
    expect(later[1]?.evidence).toMatchObject({ baselineLoadMs: pages["shop"]?.loadMs });
  });

  it(
    "fails by a part that is missing, and never repeats a secret from the console",
    { timeout: 60_000 },
    async () => {
      const { context } = worldWithBrowser();
      const expects = [{ selector: "#cart", visible: true, because: "ENABLE_CART is on" }];
      const broken = { ...page, path: "/#/broken", expects };
      const found = await checkPages(context, { ...inputs(), pages: [broken] });
      expect(found[0]).toMatchObject({ check: "page shop", verdict: "fail" });
      expect(found[0]?.summary).toMatch(/^shop: #cart is not visible, although ENABLE_CART is on; 1 error/);
      expect(JSON.stringify(found)).not.toContain("rnd_canary");
    },
  );

  it("never repeats a secret from a request that failed", { timeout: 60_000 }, async () => {
    const { context } = worldWithBrowser();
    const found = await checkPages(context, { ...inputs(), pages: [{ ...page, path: "/#/lost" }] });
    expect(found[0]?.summary).toContain("1 failed request");
    expect(JSON.stringify(found)).not.toContain(encodeURIComponent(CANARY));
  });
});
