import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser } from "playwright-core";

import { findBrowser } from "../../../components/probes/browser/find-browser";
import { judgePage, type PageRules } from "../../../components/probes/browser/judge-page";
import { lookAtPage, type PageSeen } from "../../../components/probes/browser/look-at-page";
import { openBrowser } from "../../../components/probes/browser/open-browser";
import { partsOutOfPlace } from "../../../components/probes/browser/parts-in-place";
import { browserPath } from "../../support/browser";

const WHOLE = `<!doctype html><html lang="en"><head><title>Shop</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head><body><main><h1>Orders</h1></main></body></html>`;
const seen: PageSeen = {
  status: 200,
  loadMs: 700,
  lcpMs: 650,
  loads: 3,
  outOfPlace: [],
  consoleErrors: [],
  failedRequests: [],
  tooBroadBy: 0,
  violations: [],
  picture: Buffer.alloc(0),
};
const at = new Date("2026-11-24T20:00:00Z");
const rules: PageRules = { withinMs: 3_000, growthPercent: 50 };
const judge = (changes: Partial<PageSeen>, more: Partial<PageRules> = {}) =>
  judgePage("site", "https://shop.example/", { ...seen, ...changes }, { ...rules, ...more }, at);
const verdicts = (...args: Parameters<typeof judge>) => judge(...args).map(({ verdict }) => verdict);

describe("a page's verdict", () => {
  test("an error that a visitor meets fails, and so does a part out of its place", () => {
    expect(verdicts({})).toEqual(["pass", "pass"]);
    expect(verdicts({ status: 502 })[0]).toBe("fail");
    expect(verdicts({ consoleErrors: ["TypeError"] })[0]).toBe("fail");
    expect(verdicts({ failedRequests: ["https://api/x: HTTP 500"] })[0]).toBe("fail");
    expect(verdicts({ outOfPlace: ["#menu is not visible, although ENABLE_X is on"] })[0]).toBe("fail");
    expect(judge({ outOfPlace: ["#menu is not visible, although ENABLE_X is on"] })[0].summary).toBe(
      "site: #menu is not visible, although ENABLE_X is on",
    );
  });

  test("what may have been so before, and no rollback would mend, warns", () => {
    expect(verdicts({ tooBroadBy: 3 })).toEqual(["warn", "pass"]);
    expect(verdicts({ violations: ["image-alt: img"] })).toEqual(["warn", "pass"]);
  });

  test("an error that config tells to ignore does not count, and no other one with it", () => {
    const noisy = { failedRequests: ["https://ads.example/x: HTTP 403", "https://api/x: HTTP 500"] };
    expect(judge(noisy, { ignore: ["ads.example"] })[0].summary).toBe(
      "site: 1 failed request, such as https://api/x: HTTP 500",
    );
    expect(verdicts(noisy, { ignore: ["ads.example", "api/x"] })[0]).toBe("pass");
  });

  test("a time above the limit fails where it was well before, or nobody knows; of old it warns", () => {
    expect(verdicts({ loadMs: 3_001 })).toEqual(["pass", "fail"]);
    expect(verdicts({ loadMs: 3_000 })).toEqual(["pass", "pass"]);
    expect(verdicts({ lcpMs: 3_001 }, { baseline: { loadMs: 700, lcpMs: 650 } })[1]).toBe("fail");
    expect(verdicts({ loadMs: 3_200 }, { baseline: { loadMs: 3_100, lcpMs: 650 } })[1]).toBe("warn");
  });

  test("growth over the baseline warns from the limit on, and never by less than a tenth of a second", () => {
    const baseline = { loadMs: 400, lcpMs: 400 };
    expect(verdicts({ loadMs: 601, lcpMs: 400 }, { baseline })[1]).toBe("warn");
    expect(verdicts({ loadMs: 600, lcpMs: 400 }, { baseline })[1]).toBe("pass");
    expect(verdicts({ loadMs: 120, lcpMs: 110 }, { baseline: { loadMs: 30, lcpMs: 20 } })[1]).toBe("pass");
  });

  test("times are a check of their own, which a rollback is not judged by", () => {
    expect(judge({}).map(({ check, about }) => [check, about])).toEqual([
      ["page site", undefined],
      ["page-times site", "times"],
    ]);
  });

  test("its figures are evidence that the report takes its table from", () => {
    expect(judge({}, { baseline: { loadMs: 500, lcpMs: null } })[1].evidence).toEqual({
      loadMs: 700,
      lcpMs: 650,
      baselineLoadMs: 500,
    });
  });
});

describe("the browser", () => {
  test("is the one that is named, else the system's, else none", () => {
    expect(findBrowser("/opt/mine", () => false)).toBe("/opt/mine");
    expect(findBrowser(undefined, (path) => path === "/usr/bin/google-chrome")).toBe(
      "/usr/bin/google-chrome",
    );
    expect(findBrowser(undefined, () => false)).toBeUndefined();
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
    const found = await lookAtPage(browser, { url: `${origin}/` });
    expect(found).toMatchObject({
      status: 200,
      consoleErrors: [],
      failedRequests: [],
      tooBroadBy: 0,
      violations: [],
      outOfPlace: [],
      loads: 3,
    });
    // The emulated network alone takes 170 ms.
    expect(found.loadMs).toBeGreaterThanOrEqual(150);
    expect(found.picture.subarray(0, 2).toString("hex")).toBe("ffd8");
  });

  test(
    "that is broken tells what: console, CORS, a missing file, breadth, hindrances; and never a query",
    { timeout: 60_000 },
    async () => {
      const found = await lookAtPage(browser, { url: `${origin}/broken`, loads: 1 });
      expect(found.consoleErrors.join("\n")).toMatch(/went wrong/);
      expect(found.consoleErrors.join("\n")).toMatch(/CORS/);
      expect(found.failedRequests).toContain(`${origin}/missing.js: HTTP 404`);
      expect(found.tooBroadBy).toBeGreaterThan(400);
      expect(found.violations).toContain("image-alt: img");
      expect(JSON.stringify({ ...found, picture: "" })).not.toContain("canary");
      expect(judgePage("site", origin, found, rules, at)[0].verdict).toBe("fail");
    },
  );
});

describe.skipIf(browserPath === undefined)("parts of a page", () => {
  const PAGE = WHOLE.replace(
    "</main>",
    `<p id="there">here</p><p id="gone" style="display: none">gone</p><ul id="empty"></ul>
     <script>setTimeout(() => document.querySelector("main").insertAdjacentHTML("beforeend", "<b id=late>late</b>"), 600)</script></main>`,
  );

  test(
    "that come late are waited for; those that are there and not visible count as hidden",
    { timeout: 60_000 },
    async () => {
      const browser = await openBrowser(browserPath ?? "");
      try {
        const page = await browser.newPage();
        await page.setContent(PAGE);
        const found = await partsOutOfPlace(
          page,
          [
            { selector: "#there", visible: true },
            { selector: "#late", visible: true },
            { selector: "#gone", visible: false },
            { selector: "#never", visible: false },
            { selector: "#there", visible: false, because: "ENABLE_X is off" },
            { selector: "#gone", visible: true, because: "ENABLE_X is on" },
            { selector: "#never", visible: true },
          ],
          2_000,
        );
        expect(found).toEqual([
          "#there is visible, although ENABLE_X is off",
          "#gone is not visible, although ENABLE_X is on",
          "#never is not visible",
        ]);
        await expect(partsOutOfPlace(page, [{ selector: "#[", visible: true }], 100)).rejects.toThrow();
      } finally {
        await browser.close();
      }
    },
  );
});

test("a browser that does not start is no answer about the page", async () => {
  await expect(openBrowser("/nowhere/chromium")).rejects.toThrow();
});
