import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { commentPage } from "../../pictures/comment-page";
import { axeViolations, browserPath, complaints, openBrowser } from "../support/browser";

const FOLDER = join(__dirname, "golden", "review");
const KINDS = readdirSync(FOLDER).filter((file) => file.endsWith(".md"));

interface Shown {
  headings: string[];
  /** Cells of each row, table by table. */
  tables: number[][];
  folded: boolean[];
  text: string;
  foreign: string[];
}

// Without Chromium loudly skipped: see support/browser.
describe.skipIf(browserPath === undefined)("the review of each kind of change, as a comment shows it", () => {
  let browser: Browser;
  // One for all: a window of its own costs more than what is shown in it.
  let page: Page;
  let complained: string[];
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 900, height: 800 } });
    complained = complaints(page);
  }, 60_000);
  afterAll(() => browser.close());

  it.each(KINDS)(
    "%s: headings, whole tables, folded details, and no mark of Markdown left over",
    async (kind) => {
      complained.length = 0;
      await page.setContent(commentPage(readFileSync(join(FOLDER, kind), "utf8")));
      const { headings, tables, folded, text, foreign } = await page.evaluate<Shown>(`(() => {
        const all = (selector, of = document) => [...of.querySelectorAll(selector)];
        return {
          headings: all("h1, h2, h3").map(({ tagName, textContent }) => tagName + " " + textContent),
          tables: all("table").map((table) => all("tr", table).map((row) => row.children.length)),
          folded: all("details").map((details) => !details.open),
          text: document.querySelector(".body").innerText,
          foreign: all(".body img, .body script, .body em, .body s, .body a:not([href^='https://dashboard.render.com/'])")
            .map(({ outerHTML }) => outerHTML),
        };
      })()`);
      expect(headings[0]).toMatch(/^H2 Rollout of prod: phase /);
      expect(headings.slice(1).every((heading) => heading.startsWith("H3 "))).toBe(true);
      for (const rows of tables) expect(new Set(rows)).toEqual(new Set([4]));
      expect(folded.every(Boolean)).toBe(true);
      expect(foreign).toEqual([]);
      // What others wrote is shown as they wrote it, marks and all; what we write has none left.
      if (kind !== "hostile-words.md") expect(text).not.toMatch(/\*\*|###|\| ---|\\|<br>|`/);
      expect(
        await axeViolations(page).then((found) => found.filter((each) => !OF_THE_FRAME.test(each))),
      ).toEqual([]);
      expect(complained).toEqual([]);
    },
    60_000,
  );
});

/** GitHub's page is around a comment: its landmarks, its language and its first heading. */
const OF_THE_FRAME = /^(html-has-lang|landmark-one-main|region|page-has-heading-one)/;
