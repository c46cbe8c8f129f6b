import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser } from "playwright-core";

import { judgePage, LOAD_LIMIT_MS } from "../../../components/probes/browser/judge-page";
import { lookAtPage, type PageSeen } from "../../../components/probes/browser/look-at-page";
import { openBrowser } from "../../../components/probes/browser/open-browser";
import { browserPath } from "../../support/browser";

const WHOLE = `<!doctype html><html lang="en"><head><title>Shop</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head><body><main><h1>Orders</h1></main></body></html>`;
const seen: PageSeen = {
  status: 200,
  loadMs: 700,
  lcpMs: 650,
  consoleErrors: [],
  failedRequests: [],
  tooBroadBy: 0,
  violations: [],
  picture: Buffer.alloc(0),
};
const at = new Date("2026-11-24T20:00:00Z");
const judge = (changes: Partial<PageSeen>) =>
  judgePage("site", "https://shop.example/", { ...seen, ...changes }, at);

describe("a page's verdict", () => {
  test("an error that a visitor meets fails; what may have been so before warns", () => {
    expect(judge({}).verdict).toBe("pass");
    expect(judge({ status: 502 }).verdict).toBe("fail");
    expect(judge({ consoleErrors: ["TypeError"] }).verdict).toBe("fail");
    expect(judge({ failedRequests: ["https://api/x: HTTP 500"] }).verdict).toBe("fail");
    expect(judge({ loadMs: LOAD_LIMIT_MS + 1 }).verdict).toBe("warn");
    expect(judge({ tooBroadBy: 3 }).verdict).toBe("warn");
    expect(judge({ violations: ["image-alt: img"] }).verdict).toBe("warn");
  });

  test("its figures are evidence that the report takes its table from", () => {
    expect(judge({}).evidence).toMatchObject({ loadMs: 700, lcpMs: 650 });
  });
});

describe.skipIf(browserPath === undefined)("a page in the system's browser", () => {
  let browser: Browser;
  let server: Server;
  let origin = "";
  beforeAll(async () => {
    browser = await openBrowser(browserPath ?? "");
    server = createServer((request, response) => {
      if (request.url?.startsWith("/missing.js") === true) {
        response.writeHead(404).end();
        return;
      }
      response.setHeader("content-type", "text/html; charset=utf-8");
      const broken = `<script>console.error("went wrong"); fetch("http://localhost:${(server.address() as AddressInfo).port}/other").catch(() => 0)</script><script src="/missing.js?token=canary"></script><img src="data:,"><div style="width: 900px">broad</div>`;
      response.end(request.url === "/broken" ? WHOLE.replace("</main>", `${broken}</main>`) : WHOLE);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  test("that is whole passes, with its times and a picture", { timeout: 60_000 }, async () => {
    const found = await lookAtPage(browser, `${origin}/`);
    expect(found).toMatchObject({
      status: 200,
      consoleErrors: [],
      failedRequests: [],
      tooBroadBy: 0,
      violations: [],
    });
    // The emulated network alone takes 170 ms.
    expect(found.loadMs).toBeGreaterThanOrEqual(150);
    expect(found.picture.subarray(1, 4).toString()).toBe("PNG");
  });

  test(
    "that is broken tells what: console, CORS, a missing file, breadth, hindrances; and never a query",
    { timeout: 60_000 },
    async () => {
      const found = await lookAtPage(browser, `${origin}/broken`);
      expect(found.consoleErrors.join("\n")).toMatch(/went wrong/);
      expect(found.consoleErrors.join("\n")).toMatch(/CORS/);
      expect(found.failedRequests).toContain(`${origin}/missing.js: HTTP 404`);
      expect(found.tooBroadBy).toBeGreaterThan(400);
      expect(found.violations).toContain("image-alt: img");
      expect(JSON.stringify({ ...found, picture: "" })).not.toContain("canary");
      expect(judgePage("site", origin, found, at).verdict).toBe("fail");
    },
  );
});

test("a browser that does not start is no answer about the page", async () => {
  await expect(openBrowser("/nowhere/chromium")).rejects.toThrow();
});
