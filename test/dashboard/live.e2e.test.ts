import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { chooseEngine } from "../../rehearsal/operator/engine";
import { openStage, type Stage } from "../cli/support/stage";
import { axeViolations, browserPath, complaints, openBrowser } from "../support/browser";
import { startSmallWorld } from "../support/small-world";

/** Far more than any step takes: a busy machine is no failure. */
const MINUTES_10 = 600_000;
const BACKEND = "felix-hub-backend";
const ROOT = join(__dirname, "..", "..");

/** One endpoint is enough to be measured; its answers come over some seconds, as in a real gate. */
const MEASURED = {
  services: {
    [BACKEND]: {
      kind: "web_service",
      healthPath: "/health",
      reports: "/api/feature-flags",
      endpoints: ["/api/feature-flags"],
    },
    "felix-hub-mechanics-frontend": {
      kind: "static_site",
      healthPath: "/",
      reports: "/feature-flags.json",
    },
  },
  sampling: { baselineSamples: 100, batchSamples: 100, warmUp: 1, spread: "6 seconds" },
  gates: { inconclusive: "warn", noData: "warn" },
  thresholds: { advance: { latencyIncreasePercent: 500 } },
};

// Without Chromium loudly skipped: see support/browser.
describe.skipIf(browserPath === undefined)("the dashboard beside a rollout, in a browser", () => {
  let stage: Stage;
  let browser: Browser;
  let dashboard: ChildProcess;
  let page: Page;
  let complained: string[];

  beforeAll(async () => {
    stage = await openStage(chooseEngine("embedded").executable, MEASURED, startSmallWorld);
    browser = await openBrowser();
    const { child, address } = await startDashboard(stage);
    dashboard = child;
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    complained = complaints(page);
    await page.goto(address);
    await page.getByText("live", { exact: true }).waitFor();
  }, MINUTES_10);
  afterAll(async () => {
    await browser.close();
    dashboard.kill("SIGINT");
    await stage.stop();
  }, MINUTES_10);

  // That the same page goes on to the next phase: dashboard.test.ts.
  it(
    "shows the gate's samples as they come in, and the phase when its update has ended",
    async () => {
      const advanced = stage.command("advance", ["--yes"]);
      const update = page.locator("#update");
      await update.getByText("running").waitFor({ timeout: MINUTES_10 });
      const first = await samplesSoFar(page, 0);
      const more = await samplesSoFar(page, first);
      expect(more).toBeGreaterThan(first);
      expect((await advanced).code).toBe(0);
      await update.getByText("done").waitFor({ timeout: MINUTES_10 });
      await page.locator("#log").getByText("gate preparation passed").waitFor({ timeout: MINUTES_10 });
      await page.locator("#standing li.current", { hasText: "preparation" }).waitFor({ timeout: MINUTES_10 });
      expect(complained).toEqual([]);
    },
    MINUTES_10,
  );

  it.each(["light", "dark"] as const)(
    "fits a phone and breaks none of axe's rules with what a rollout has left in it, %s",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      for (const width of [1400, 375]) {
        await page.setViewportSize({ width, height: 900 });
        const chart = page.locator(`#samples .${width > 640 ? "wide" : "narrow"} svg`);
        await expect.poll(async () => (await chart.boundingBox())?.width ?? 0).toBeGreaterThan(250);
        expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
          width,
        );
        expect(await axeViolations(page)).toEqual([]);
      }
      const background = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      expect(background).toBe(colorScheme === "dark" ? "rgb(16, 19, 23)" : "rgb(246, 247, 249)");
      const picture = process.env["ROLLOUT_TEST_PICTURES"];
      if (picture !== undefined)
        await page.screenshot({ path: join(picture, `live-${colorScheme}.png`), fullPage: true });
      expect(complained).toEqual([]);
    },
    MINUTES_10,
  );
});

/** Waits for more answers of the gate than there were. @returns how many there are. */
async function samplesSoFar(page: Page, before: number): Promise<number> {
  const about = page.locator("#samples > p.sub").first();
  let count = before;
  await expect
    .poll(
      async () => {
        count = Number(/, (\d+) so far/.exec((await about.textContent()) ?? "")?.[1] ?? 0);
        return count;
      },
      { timeout: MINUTES_10, interval: 100 },
    )
    .toBeGreaterThan(before);
  return count;
}

function startDashboard({ project, env }: Stage): Promise<{ child: ChildProcess; address: string }> {
  const argv = [join(ROOT, "cli", "rollout.mjs"), "dashboard", "--stack", "rehearsal"];
  const child = spawn(process.execPath, argv, {
    cwd: project.directory,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      reject(new Error(`the dashboard ended with ${code ?? "a signal"}`));
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("http://127.0.0.1:")) resolve({ child, address: line });
    });
  });
}
