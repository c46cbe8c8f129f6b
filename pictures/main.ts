import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

import type { Browser } from "playwright-core";

import { findBrowser } from "../components/probes/browser/find-browser";
import { openBrowser } from "../components/probes/browser/open-browser";
import { terminalPage } from "./ansi-to-html";
import { commentPage } from "./comment-page";

/** Where the README's pictures stand; each in a light and a dark form. */
const FOLDER = join("docs", "pictures");
/** A scene whose commands are a picture of what the rehearsal looks like. */
const SCENE = /bug/;
const SCHEMES = ["light", "dark"] as const;

/** Plays a rehearsal with its dashboard, and takes the README's pictures of what it printed, served and wrote. */
async function main(): Promise<number> {
  const path = findBrowser(process.env["ROLLOUT_BROWSER"]);
  if (path === undefined) {
    console.error("There is no Chromium on this machine. Next: install one, or name it in ROLLOUT_BROWSER.");
    return 1;
  }
  mkdirSync(FOLDER, { recursive: true });
  const browser = await openBrowser(path);
  const folder = mkdtempSync(join(tmpdir(), "rollout-pictures-"));
  try {
    const { screen, report } = await rehearse((address) => shootDashboard(browser, address));
    const terminal = join(folder, "terminal.html");
    writeFileSync(terminal, terminalPage(sceneOf(screen, SCENE), "npm run rehearse"));
    await shoot(browser, "rehearsal", pathToFileURL(terminal).href, { width: 980, selector: "#shot" });
    const transcript = readFileSync(join(dirname(report), "transcript.txt"), "utf8");
    const comment = join(folder, "comment.html");
    writeFileSync(comment, commentPage(reviewIn(transcript)));
    await shoot(browser, "review", pathToFileURL(comment).href, { width: 860, selector: "#shot" });
    await shoot(browser, "report", pathToFileURL(report).href, { width: 1180, height: 1250 });
    return 0;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Rehearsed {
  /** What stood on the screen, with colours. */
  screen: string;
  /** Path of its report. */
  report: string;
}

/** @param look called with the dashboard's address while the phase with the bug is on its way. */
function rehearse(look: (address: string) => Promise<void>): Promise<Rehearsed> {
  const args = ["--import", "tsx", join("rehearsal", "main.ts"), "--engine", "embedded", "--dashboard"];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, FORCE_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  let address = "";
  let looking: Promise<void> | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    console.log(line);
    address = /http:\/\/127\.0\.0\.1:\S+/.exec(line)?.[0] ?? address;
    if (address !== "" && looking === undefined && SCENE.test(line) && line.includes("──"))
      looking = look(address);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      const screen = lines.join("\n");
      const report = /Its report: (\S+\.html)/.exec(screen)?.[1];
      if (report === undefined) reject(new Error("the rehearsal wrote no report"));
      else
        (looking ?? Promise.resolve()).then(() => {
          resolve({ screen, report });
        }, reject);
    });
  });
}

/** Waits until a gate measures, and its samples have begun to come in. By locators alone: the page lets no script in. */
async function shootDashboard(browser: Browser, address: string): Promise<void> {
  const waiting = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  await waiting.goto(address);
  const update = waiting.locator("#update");
  await update.filter({ hasText: /running/ }).waitFor({ timeout: 240_000 });
  await update
    .filter({ hasText: /gate api.*measures/s })
    .waitFor({ timeout: 240_000 })
    .catch(() => undefined);
  await waiting.waitForTimeout(MEASURING_MS);
  await waiting.close();
  await shoot(browser, "dashboard", address, { width: 1400, height: 1020, waitForLive: true });
}

/** Samples of so long are a picture. */
const MEASURING_MS = 3_000;

interface Shot {
  width: number;
  /** Default: as high as what is shown. */
  height?: number;
  selector?: string;
  waitForLive?: boolean;
}

async function shoot(browser: Browser, name: string, url: string, shot: Shot): Promise<void> {
  const { width, height = 700, selector, waitForLive } = shot;
  for (const colorScheme of SCHEMES) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme, deviceScaleFactor: 1 });
    await page.goto(url);
    if (waitForLive === true) await page.waitForSelector("#connection.good", { timeout: 30_000 });
    const file = join(FOLDER, `${name}-${colorScheme}.png`);
    if (selector === undefined) await page.screenshot({ path: file });
    else await page.locator(selector).screenshot({ path: file, omitBackground: true });
    await page.close();
    console.log(`${file}: ${Math.round(statSync(file).size / 1024)} kB`);
  }
}

/** The lines of one scene, without the rest. */
function sceneOf(screen: string, title: RegExp): string {
  const scenes = screen.split(/\n(?=(?:\u001b\[\d+m)*── )/);
  return (scenes.find((scene) => title.test(scene.split("\n")[0] ?? "")) ?? screen).trimEnd();
}

/** What `rollout review` printed, as the transcript has it: behind its prompt, until the next one or a change by hand. */
function reviewIn(transcript: string): string {
  const lines = transcript.split("\n");
  const begin = lines.findIndex((line) => /^ {3}\$ npx rollout review/.test(line));
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex((line) => /^ {3}[^ ]/.test(line) || line.startsWith("── "));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .map((line) => line.replace(/^ {5}/, ""))
    .join("\n")
    .replace(/^[^#]*(?=^#)/m, "");
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
