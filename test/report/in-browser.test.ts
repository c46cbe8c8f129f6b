import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { emptyNotes } from "../../cli/report/notes";
import { makeReport } from "../../cli/report/recipe";
import { fullStory, rolledBackStory, unfinishedStory } from "../log/story";
import { axeViolations, browserPath, complaints, openBrowser } from "../support/browser";

const stories = { full: fullStory, "rolled back": rolledBackStory, unfinished: unfinishedStory };

describe.skipIf(browserPath === undefined)("a report in a browser", () => {
  let browser: Browser;
  const directory = mkdtempSync(join(tmpdir(), "rollout-report-"));
  const files = new Map<string, string>();
  beforeAll(async () => {
    browser = await openBrowser();
    for (const [name, story] of Object.entries(stories)) {
      const { files: made } = await makeReport(story().record(), emptyNotes("prod"));
      const path = join(directory, `${name.replace(" ", "-")}.html`);
      writeFileSync(path, made.html);
      files.set(name, `file://${path}`);
    }
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(name: string, width = 1280, colorScheme: "light" | "dark" = "light"): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const complained = complaints(page);
    await page.goto(files.get(name) ?? "");
    expect(complained).toEqual([]);
    return page;
  }

  test.each(Object.keys(stories))(
    "%s: no complaint and no violation of axe's rules, light and dark, wide and narrow",
    { timeout: 90_000 },
    async (name) => {
      for (const [width, scheme] of [
        [1280, "light"],
        [375, "dark"],
      ] as const) {
        const page = await open(name, width, scheme);
        expect(await axeViolations(page)).toEqual([]);
        expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
          width,
        );
        await page.close();
      }
    },
  );

  test("every chart is drawn, in the page's own colours", { timeout: 60_000 }, async () => {
    const page = await open("full", 1280, "dark");
    const drawn = await page.evaluate<{ wide: number; high: number; paint: string }[]>(`
      [...document.querySelectorAll("figure")].map((figure) => {
        const svg = [...figure.querySelectorAll("svg")].find((each) => each.getBoundingClientRect().width > 0);
        const { width = 0, height = 0 } = svg?.getBoundingClientRect() ?? {};
        const style = getComputedStyle(svg?.querySelector(".mark-line path, .mark-rect path") ?? document.body);
        return { wide: width, high: height, paint: style.stroke + style.fill };
      })`);
    expect(drawn).toHaveLength(7);
    for (const { wide, high, paint } of drawn) {
      expect(wide).toBeGreaterThan(300);
      expect(high).toBeGreaterThan(120);
      expect(paint).toMatch(/rgb/);
    }
    const background = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    expect(background).toBe("rgb(16, 19, 23)");
    await page.close();
  });

  test(
    "the keyboard comes to the content first, then section by section in the order of the page",
    { timeout: 60_000 },
    async () => {
      const page = await open("full");
      const focused = () =>
        page.evaluate<string>(
          "document.activeElement.getAttribute('href') ?? document.activeElement.tagName",
        );
      const order: string[] = [];
      for (let press = 0; press < 12; press++) {
        await page.keyboard.press("Tab");
        order.push(await focused());
      }
      const sections = await page.evaluate<string[]>(
        "[...document.querySelectorAll('main > section')].map(({ id }) => '#' + id)",
      );
      expect(order).toEqual(["#main", ...sections]);
      await page.close();
    },
  );
});
