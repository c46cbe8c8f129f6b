import { existsSync } from "node:fs";

import { chromium, type Browser, type Page } from "playwright-core";

/** Where systems have a Chromium; `ROLLOUT_BROWSER` names another. */
const PLACES = [
  process.env["ROLLOUT_BROWSER"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The system's Chromium; undefined, and said so, where there is none: then what needs it is skipped. */
export const browserPath = PLACES.find((path) => path !== "" && existsSync(path));
if (browserPath === undefined)
  console.warn(
    "NO CHROMIUM ON THIS MACHINE: what only a browser can see was NOT tested. ROLLOUT_BROWSER names one.",
  );

const ARGS = [
  ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

export async function openBrowser(): Promise<Browser> {
  const root = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: browserPath ?? "",
    args: [...ARGS, ...(root ? ["--no-sandbox"] : [])],
  });
}

/** What a page complained about: console errors, exceptions, failed requests. */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") found.push(message.text());
  });
  page.on("pageerror", (error) => found.push(String(error)));
  page.on("requestfailed", (request) =>
    found.push(`${request.url()}: ${request.failure()?.errorText ?? ""}`),
  );
  return found;
}

/** Accessibility violations that axe finds, `rule: element` each. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Through the debugger, which a page's own policy does not bind.
  await page.evaluate((await import("axe-core")).default.source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: { resultTypes: string[] }): Promise<{
          violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[];
        }>;
      };
    };
    // What passes is most of a page: without this each of its elements is described as well.
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary ?? ""}`),
    );
  });
}
