import { readFileSync } from "node:fs";

import type { Browser, BrowserContext, Page } from "playwright-core";

import { listenTo, type Heard } from "./listen-to-page";
import { partsOutOfPlace, type PartExpected } from "./parts-in-place";

/** What a visitor's browser meets on a page. Times in milliseconds, the median of all loads. */
export interface PageSeen extends Heard {
  status: number;
  /** From the request until the page and all that it loads at once were there; over the network of a good phone. */
  loadMs: number;
  /** Until the largest thing in view was painted; null where the browser tells of none. */
  lcpMs: number | null;
  /** How often it was loaded, each time as a first visitor. */
  loads: number;
  /** What is visible and must not be, or is not and must be; a sentence each. */
  outOfPlace: string[];
  /** Pixels by which it is broader than a phone's window; 0 where it fits. */
  tooBroadBy: number;
  /** Serious and critical ones that axe finds, `rule: element` each. */
  violations: string[];
  /** JPEG, as the desk's window shows it. */
  picture: Buffer;
}

export interface PageLook {
  url: string;
  expects?: readonly PartExpected[];
  /** One load alone says little about a time. Default: 3. */
  loads?: number;
  /** For each load. Default: 30 s. */
  timeoutMs?: number;
}

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };

/** A phone's network, by WebPageTest's profile "4G": 9 Mbit/s, 170 ms there and back. */
const PHONE_NETWORK = {
  offline: false,
  latency: 170,
  downloadThroughput: 1_125_000,
  uploadThroughput: 1_125_000,
};

/** Scripts that load data when they have begun get so long to do it, in milliseconds. */
const SETTLE_MS = 5_000;

/** Opens a page as its first visitor, several times, and looks. @throws what the browser says, where it cannot even try. */
export async function lookAtPage(browser: Browser, look: PageLook): Promise<PageSeen> {
  const { loads = 3, expects = [] } = look;
  const { status, times, heard, ...first } = await visit(browser, look, async (page) => {
    const outOfPlace = await partsOutOfPlace(page, expects, SETTLE_MS);
    const picture = await page.screenshot({ type: "jpeg", quality: 70 });
    const violations = await axeViolations(page);
    await page.setViewportSize(PHONE);
    const broad = await page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
    return { outOfPlace, picture, violations, tooBroadBy: Math.max(0, Math.round(broad)) };
  });
  const all = [times];
  for (let load = 1; load < loads; load++)
    all.push((await visit(browser, look, () => Promise.resolve({}))).times);
  return {
    ...{ status, ...heard, ...first },
    loadMs: median(all.map(({ loadMs }) => loadMs)) ?? 0,
    lcpMs: median(all.flatMap(({ lcpMs }) => lcpMs ?? [])),
    loads: all.length,
  };
}

interface Visit {
  status: number;
  times: { loadMs: number; lcpMs: number | null };
  heard: Heard;
}

async function visit<T extends object>(
  browser: Browser,
  { url, timeoutMs = 30_000 }: PageLook,
  look: (page: Page) => Promise<T>,
): Promise<Visit & T> {
  const context = await browser.newContext({ viewport: DESK, serviceWorkers: "block" });
  try {
    const page = await onPhoneNetwork(context);
    page.setDefaultTimeout(timeoutMs);
    const heard = listenTo(page);
    const answer = await page.goto(url, { waitUntil: "load", timeout: timeoutMs });
    await page.waitForLoadState("networkidle", { timeout: SETTLE_MS }).catch(() => undefined);
    const loadMs = await page.evaluate<number>(LOAD);
    const lcpMs = await page.evaluate<number | null>(LCP);
    return { status: answer?.status() ?? 0, times: { loadMs, lcpMs }, ...(await look(page)), heard };
  } finally {
    await context.close();
  }
}

async function onPhoneNetwork(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", PHONE_NETWORK);
  return page;
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

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  return middle === undefined ? null : Math.round(middle);
}

interface Violation {
  id: string;
  impact: string | null;
  nodes: { target: unknown[] }[];
}

/** How many entries of each list are kept at the most. */
const MOST_KEPT = 10;

async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  const found = await page.evaluate<Violation[]>("axe.run().then(({ violations }) => violations)");
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`))
    .slice(0, MOST_KEPT);
}
