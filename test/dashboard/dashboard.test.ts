import fc from "fast-check";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Browser } from "playwright-core";

import { judgeRequest } from "../../cli/dashboard/guard";
import { liveChart } from "../../cli/dashboard/live-chart";
import { readLiveSamples } from "../../cli/dashboard/live-samples";
import { LIVE_SCRIPT } from "../../cli/dashboard/live-script";
import { dashboardPage } from "../../cli/dashboard/page";
import { drawParts, type Seen } from "../../cli/dashboard/parts";
import { serveDashboard, type Dashboard } from "../../cli/dashboard/server";
import { drawChart } from "../../cli/report/charts/draw";
import { unfinishedStory } from "../log/story";
import { axeViolations, browserPath, complaints, openBrowser } from "../support/browser";

const TOKEN = "a".repeat(32);

function seenOf(changes: Partial<Seen> = {}): Seen {
  const story = unfinishedStory();
  const rollout = story.record();
  return {
    stack: "prod",
    timeZone: "Europe/Berlin",
    rollout,
    facts: undefined,
    troubles: [],
    updateLog: [
      JSON.stringify({ at: "2026-11-24T21:00:00Z", event: "begin", text: "advance to api" }),
      JSON.stringify({ at: "2026-11-24T21:00:01Z", event: "line", text: "ENABLE_CART = true" }),
    ].join("\n"),
    live: readLiveSamples(story.sources().sampleLog ?? "", rollout),
    chart: undefined,
    ...changes,
  };
}

async function serve(seen: Seen): Promise<Dashboard> {
  const view = {
    page: () => dashboardPage(seen),
    parts: () => Object.fromEntries(drawParts(seen).map(({ id, inner }) => [id, inner])),
  };
  const server = await serveDashboard(view, { port: 0, token: TOKEN, script: LIVE_SCRIPT });
  onTestFinished(() => server.close());
  return server;
}

/** Status and body; `fetch` would not let us name another host. */
function ask(port: number, path: string, headers: Record<string, string> = {}, method = "GET") {
  return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const sent = request({ port, host: "127.0.0.1", path, method, headers }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
        });
      });
      sent.on("error", reject);
      sent.end();
    },
  );
}

describe("who may look", () => {
  test("nobody without the token: not a word, whatever the path", async () => {
    const { port } = await serve(seenOf());
    for (const path of ["/", "/live.js", "/events", `/${TOKEN.slice(1)}/`, `/${TOKEN}x/`, `//${TOKEN}/`])
      expect(await ask(port, path)).toMatchObject({ status: 404, body: "" });
  });

  test("no other host and no other origin, even with it", async () => {
    const { port } = await serve(seenOf());
    const path = `/${TOKEN}/`;
    expect(await ask(port, path, { host: "rebound.example" })).toMatchObject({ status: 403, body: "" });
    expect(await ask(port, path, { host: `127.0.0.1:${port + 1}` })).toMatchObject({ status: 403, body: "" });
    expect(await ask(port, path, { origin: "https://evil.example" })).toMatchObject({
      status: 403,
      body: "",
    });
    expect(await ask(port, path, { origin: "null" })).toMatchObject({ status: 403, body: "" });
    expect(await ask(port, path, { "sec-fetch-site": "cross-site" })).toMatchObject({
      status: 403,
      body: "",
    });
    expect(await ask(port, path, { host: `localhost:${port}` })).toMatchObject({ status: 200 });
  });

  test("nothing but reading, and under a policy that lets nothing in from outside", async () => {
    const { port } = await serve(seenOf());
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
      expect(await ask(port, `/${TOKEN}/`, {}, method)).toMatchObject({ status: 405, body: "" });
    const { headers } = await ask(port, `/${TOKEN}/`);
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'/);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
    });
  });

  test("any request that is let in names this machine, reads, and carries the token", () => {
    const maybe = (...texts: string[]) => fc.constantFrom<string | undefined>(undefined, ...texts);
    fc.assert(
      fc.property(
        maybe("GET", "HEAD", "POST"),
        maybe("/", `/${TOKEN}/`, `/${TOKEN}/events?x`, `/x/${TOKEN}`),
        maybe("127.0.0.1:8000", "localhost:8000", "localhost", "evil:8000"),
        maybe("http://127.0.0.1:8000", "http://evil", "null"),
        maybe("same-origin", "cross-site", "none"),
        (method, url, host, origin, site) => {
          const { ok } = judgeRequest({ method, url, host, origin, site }, 8000, TOKEN);
          const fine =
            (method === "GET" || method === "HEAD") &&
            url?.startsWith(`/${TOKEN}/`) === true &&
            (host === "127.0.0.1:8000" || host === "localhost:8000") &&
            (origin === undefined || origin === "http://127.0.0.1:8000") &&
            site !== "cross-site";
          expect(ok).toBe(fine);
        },
      ),
    );
  });
});

describe("what is seen", () => {
  test("names and lines from outside are text", () => {
    const hostile = "<img src=x onerror=alert(1)>";
    const page = dashboardPage(
      seenOf({
        troubles: [hostile],
        rollout: unfinishedStory().tell({ by: hostile, because: hostile }).record(),
        updateLog: JSON.stringify({ at: "x", event: "begin", text: hostile }),
      }),
    );
    expect(page).not.toContain("<img");
  });

  test("before anything was read it says so, and the page stands", () => {
    const page = dashboardPage(seenOf({ rollout: undefined, live: undefined, updateLog: "" }));
    expect(page).toMatch(/Reading …/);
    expect(page).toMatch(/No update was run from this checkout yet/);
  });

  test("an endpoint's name is whole, however long, beside the colour of its dots", async () => {
    const long = `a-service-with-a-very-long-name /api/v2/${"orders/".repeat(12)}?status=open`;
    const sample = {
      at: "2026-11-24T21:00:00Z",
      event: "sample",
      phase: "api",
      endpoint: long,
      ms: 12,
      ok: true,
    };
    const live = readLiveSamples(JSON.stringify(sample), undefined);
    if (live === undefined) throw new Error("no sample was read");
    const chart = await drawChart(liveChart(live, "narrow"), "live");
    const page = dashboardPage(seenOf({ live, chart: { wide: chart, narrow: chart } }));
    expect(page).toContain(`<span class="swatch c1" aria-hidden="true"></span> ${long}`);
    expect(chart).not.toContain("…");
  });

  test("the samples are those of the gate's newest series", () => {
    const live = seenOf().live;
    expect(live).toMatchObject({ phase: "api", endpoints: ["api /orders", "api /parts"] });
    expect(live?.figures.map(({ n }) => n)).toEqual([120, 120]);
  });
});

describe.skipIf(browserPath === undefined)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser.close());

  test(
    "follows what happens from phase to phase, without a complaint, and goes on after a restart",
    { timeout: 60_000 },
    async () => {
      const seen = seenOf();
      const server = await serve(seen);
      const page = await browser.newPage();
      const complained = complaints(page);
      await page.goto(server.address);
      await page.getByText("live", { exact: true }).waitFor();
      seen.updateLog += `\n${JSON.stringify({ at: "x", event: "done" })}`;
      server.refresh();
      await page.locator("#update").getByText("done").waitFor();
      expect(complained).toEqual([]);

      seen.rollout = unfinishedStory().tell({ phase: "ui" }).record();
      server.refresh();
      await page.locator("#standing li.current", { hasText: "ui" }).waitFor();
      await page.locator("#standing li.done", { hasText: "api" }).waitFor();
      expect(complained).toEqual([]);

      await server.close();
      await page.getByText("not connected").waitFor();
      const view = { page: () => dashboardPage(seen), parts: () => ({ update: "<p>after the restart</p>" }) };
      const again = await serveDashboard(view, { port: server.port, token: TOKEN, script: LIVE_SCRIPT });
      await page.getByText("after the restart").waitFor();
      await page.close();
      await again.close();
    },
  );

  test.each(["light", "dark"] as const)(
    "has no violation of axe's rules, %s, at a phone's width, too",
    { timeout: 60_000 },
    async (colorScheme) => {
      const { address } = await serve(seenOf());
      for (const width of [1400, 375]) {
        const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
        await page.goto(address);
        expect(await axeViolations(page)).toEqual([]);
        expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
          width,
        );
        await page.close();
      }
    },
  );
});
