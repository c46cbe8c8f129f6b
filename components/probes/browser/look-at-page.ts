import { readFileSync } from "node:fs";

import type { Browser, Page } from "playwright-core";

/** What a visitor's browser meets on a page. Times in milliseconds. */
export interface PageSeen {
  status: number;
  /** From the request until the page and all that it loads at once were there; over the network of a good phone. */
  loadMs: number;
  /** Until the largest thing in view was painted; null where the browser tells of none. */
  lcpMs: number | null;
  /** Errors in the console, and exceptions that nobody caught. */
  consoleErrors: string[];
  /** Requests that failed, were blocked (by CORS, too), or were answered with 400 and more. */
  failedRequests: string[];
  /** Pixels by which it is broader than a phone's window; 0 where it fits. */
  tooBroadBy: number;
  /** Serious and critical ones that axe finds, `rule: element` each. */
  violations: string[];
  /** PNG, as the desk's window shows it. */
  picture: Buffer;
}

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };

/** As WebPageTest's profile "4G": 9 Mbit/s, 170 ms there and back. */
const PHONE_NETWORK = {
  offline: false,
  latency: 170,
  downloadThroughput: 1_125_000,
  uploadThroughput: 1_125_000,
};

/** Scripts that load data when they have begun get so long to do it, in milliseconds. */
const SETTLE_MS = 5_000;

/** Opens a page as its first visitor, and looks. @throws what the browser says, where it cannot even try. */
export async function lookAtPage(browser: Browser, url: string, timeoutMs = 30_000): Promise<PageSeen> {
  const context = await browser.newContext({ viewport: DESK, serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(timeoutMs);
    const heard = listenTo(page);
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", PHONE_NETWORK);
    const answer = await page.goto(url, { waitUntil: "load", timeout: timeoutMs });
    await page.waitForLoadState("networkidle", { timeout: SETTLE_MS }).catch(() => undefined);
    const loadMs = await page.evaluate<number>(LOAD);
    const lcpMs = await page.evaluate<number | null>(LCP);
    const picture = await page.screenshot();
    const violations = await axeViolations(page);
    await page.setViewportSize(PHONE);
    const broad = await page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
    return {
      status: answer?.status() ?? 0,
      loadMs: Math.round(loadMs),
      lcpMs: lcpMs === null ? null : Math.round(lcpMs),
      ...heard,
      tooBroadBy: Math.max(0, Math.round(broad)),
      violations,
      picture,
    };
  } finally {
    await context.close();
  }
}

/** The browser counts both from the moment at which the address was entered. */
const LOAD = "performance.getEntriesByType('navigation')[0].loadEventEnd || performance.now()";
const LCP = `new Promise((resolve) => {
  let last = null;
  try {
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) last = entry.startTime; })
      .observe({ type: "largest-contentful-paint", buffered: true });
  } catch { resolve(null); }
  setTimeout(() => resolve(last), 200);
})`;

/** Of a list no more is kept. */
const MOST_KEPT = 10;

function listenTo(page: Page): Pick<PageSeen, "consoleErrors" | "failedRequests"> {
  const heard = { consoleErrors: [] as string[], failedRequests: [] as string[] };
  const keep = (list: string[], text: string) => {
    if (list.length < MOST_KEPT) list.push(text.slice(0, 300));
  };
  page.on("console", (message) => {
    // A request that failed is told as one, below.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      keep(heard.consoleErrors, message.text());
  });
  page.on("pageerror", (error) => {
    keep(heard.consoleErrors, String(error));
  });
  page.on("requestfailed", (request) => {
    keep(heard.failedRequests, `${shown(request.url())}: ${request.failure()?.errorText ?? "failed"}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400)
      keep(heard.failedRequests, `${shown(response.url())}: HTTP ${response.status()}`);
  });
  return heard;
}

/** Without query, which may hold a secret. */
function shown(url: string): string {
  return url.split(/[?#]/)[0] ?? url;
}

interface Violation {
  id: string;
  impact: string | null;
  nodes: { target: unknown[] }[];
}

async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  const found = await page.evaluate<Violation[]>("axe.run().then(({ violations }) => violations)");
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`))
    .slice(0, MOST_KEPT);
}
