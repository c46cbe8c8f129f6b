import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { emptyNotes } from "../../cli/report/notes";
import { makeReport } from "../../cli/report/recipe";
import { REHEARSED, rehearsedRecord } from "../support/rehearsed-records";
import { axeViolations, browserPath, complaints, openBrowser } from "../support/browser";

/** By rehearsal: what its charts are. */
const CHARTS = { full: 7, "rolled-back": 10, unfinished: 9 };

describe.skipIf(browserPath === undefined)("the report of a rehearsal in a browser", () => {
  let browser: Browser;
  let page: Page;
  let complained: string[];
  const directory = mkdtempSync(join(tmpdir(), "rollout-report-"));
  const files = new Map<string, string>();
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage();
    complained = complaints(page);
    for (const name of REHEARSED) {
      const { files: made } = await makeReport(rehearsedRecord(name), emptyNotes("rehearsal"));
      const path = join(directory, `${name}.html`);
      writeFileSync(path, made.html);
      files.set(name, `file://${path}`);
    }
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Loaded anew, in the one window: one of its own costs more than what is shown in it. */
  async function open(name: string, width = 1280, colorScheme: "light" | "dark" = "light"): Promise<void> {
    complained.length = 0;
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.goto(files.get(name) ?? "");
    expect(complained).toEqual([]);
  }

  test.each(REHEARSED)(
    "%s: no complaint and no violation of axe's rules, light and dark, wide and narrow",
    { timeout: 90_000 },
    async (name) => {
      for (const [width, scheme] of [
        [1280, "light"],
        [375, "dark"],
      ] as const) {
        await open(name, width, scheme);
        expect(await axeViolations(page)).toEqual([]);
        expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
          width,
        );
      }
    },
  );

  test.each(REHEARSED)(
    "%s: every chart is drawn with its axes, units and baseline or limits, in the page's own colours",
    { timeout: 60_000 },
    async (name) => {
      await open(name, 1280, "dark");
      const drawn = await page.evaluate<
        {
          wide: number;
          high: number;
          paint: string;
          axes: number;
          titles: string;
          rules: number;
          about: string;
        }[]
      >(`
      [...document.querySelectorAll("figure")].map((figure) => {
        const svg = [...figure.querySelectorAll("svg")].find((each) => each.getBoundingClientRect().width > 0);
        const { width = 0, height = 0 } = svg?.getBoundingClientRect() ?? {};
        const style = getComputedStyle(svg?.querySelector(".mark-line path, .mark-rect path") ?? document.body);
        return {
          wide: width, high: height, paint: style.stroke + style.fill,
          axes: svg?.querySelectorAll(".role-axis").length ?? 0,
          titles: [...(svg?.querySelectorAll(".role-axis-title text") ?? [])].map((each) => each.textContent).join("|"),
          about: figure.querySelector("figcaption").textContent,
          rules: [...(svg?.querySelectorAll("[class*='baseline_'], [class*='limit_']") ?? [])]
            .filter((each) => each.getBoundingClientRect().width > 0).length,
        };
      })`);
      expect(drawn).toHaveLength(CHARTS[name]);
      for (const { wide, high, paint, axes, titles, rules, about } of drawn) {
        expect(wide).toBeGreaterThan(300);
        expect(high).toBeGreaterThan(120);
        expect(paint).toMatch(/rgb/);
        expect(axes).toBeGreaterThanOrEqual(2);
        expect(titles).toMatch(/, (ms|%)/);
        // Of an endpoint that did not answer well at first there is no baseline, and its charts say so.
        expect(rules > 0 || /There is no baseline of it/.test(about)).toBe(true);
      }
      const background = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      expect(background).toBe("rgb(16, 19, 23)");
    },
  );

  test.each([
    [
      "full",
      "complete",
      { flags: "met", "error-rate": "met", "critical-logs": "met", "zero-downtime": "not met" },
    ],
    [
      "rolled-back",
      "rolled back",
      { flags: "not met", "error-rate": "met so far", "critical-logs": "not known" },
    ],
    [
      "unfinished",
      "in progress",
      { flags: "not yet", "error-rate": "met so far", "critical-logs": "not yet" },
    ],
  ] as const)(
    "%s: says that it is %s, and the verdicts that follow",
    { timeout: 60_000 },
    async (name, state, verdicts) => {
      await open(name);
      expect(await page.textContent(".standing .pill")).toMatch(state);
      const told = await page.evaluate<Record<string, string>>(`
      Object.fromEntries([...document.querySelectorAll("#criteria tbody tr")].map((row) =>
        [row.querySelector("th").textContent.trim(), row.querySelector(".pill").textContent.replace(/^\\S+ /, "").trim()]))`);
      const claims = {
        flags: /feature flags enabled/,
        "error-rate": /^Error rate/,
        "critical-logs": /^No critical errors/,
        "zero-downtime": /^Zero downtime/,
      };
      for (const [id, verdict] of Object.entries(verdicts)) {
        const claim = Object.keys(told).find((each) => claims[id as keyof typeof claims].test(each));
        expect([id, told[claim ?? ""]]).toEqual([id, verdict]);
      }
    },
  );

  test.each(REHEARSED)(
    "%s: the keyboard comes to the content first, then section by section in the order of the page",
    { timeout: 60_000 },
    async (name) => {
      await open(name);
      const focused = () =>
        page.evaluate<string>(
          "document.activeElement.getAttribute('href') ?? document.activeElement.tagName",
        );
      const sections = await page.evaluate<string[]>(
        "[...document.querySelectorAll('main > section')].map(({ id }) => '#' + id)",
      );
      const order: string[] = [];
      for (let press = 0; press <= sections.length; press++) {
        await page.keyboard.press("Tab");
        order.push(await focused());
      }
      expect(sections.length).toBeGreaterThan(8);
      expect(order).toEqual(["#main", ...sections]);
    },
  );
});
