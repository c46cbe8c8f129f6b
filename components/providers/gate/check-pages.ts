import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { messageOf } from "../../errors";
import { judgePage } from "../../probes/browser/judge-page";
import type { CheckResult } from "../../probes/verdict";
import { addressOf } from "../address";
import type { ProviderContext } from "../context";
import { makeRolloutFolder } from "../sample-log";
import type { GateInputs, GateService } from "./inputs";

/**
 * The front page of each static site in a real browser, where the operator has named one (`ROLLOUT_BROWSER`). Where it
 * does not start, the pages could not be measured.
 */
export async function checkPages(context: ProviderContext, inputs: GateInputs): Promise<CheckResult[]> {
  const path = context.browser;
  if (path === undefined) return [];
  const sites = await Promise.all(
    inputs.services.map(async (target) => {
      const service = await context.observed.service(target).catch(() => undefined);
      const url = service === undefined ? undefined : addressOf(target, service, target.healthPath);
      return service?.type === "static_site" && url !== undefined ? [{ target, url }] : [];
    }),
  );
  const results: CheckResult[] = [];
  for (const { target, url } of sites.flat())
    results.push(await checkPage(context, inputs, path, target, url));
  return results;
}

async function checkPage(
  context: ProviderContext,
  { phase, stack }: GateInputs,
  path: string,
  { renderName }: GateService,
  url: string,
): Promise<CheckResult> {
  const at = await context.now();
  try {
    // Loaded here: without a browser no gate waits for its library.
    const [{ openBrowser }, { lookAtPage }] = await Promise.all([
      import("../../probes/browser/open-browser.js"),
      import("../../probes/browser/look-at-page.js"),
    ]);
    const browser = await openBrowser(path);
    try {
      const seen = await lookAtPage(browser, url);
      keepPicture(stack, `${phase}-${renderName}.png`, seen.picture);
      return judgePage(renderName, url, redacted(seen, context), at);
    } finally {
      await browser.close();
    }
  } catch (error) {
    const summary = `${renderName} could not be looked at with the browser ${path}: ${context.redact(messageOf(error)).split("\n")[0] ?? ""}`;
    return {
      check: `page ${renderName}`,
      verdict: "could-not-measure",
      summary,
      probe: `Chromium: GET ${url}`,
      at: at.toISOString(),
    };
  }
}

function redacted<T extends { consoleErrors: string[]; failedRequests: string[] }>(
  seen: T,
  { redact }: ProviderContext,
): T {
  return {
    ...seen,
    consoleErrors: seen.consoleErrors.map(redact),
    failedRequests: seen.failedRequests.map(redact),
  };
}

/** Evidence beside the way: a folder that cannot be written to fails nothing. */
function keepPicture(stack: string | undefined, name: string, picture: Buffer): void {
  if (stack === undefined) return;
  try {
    const folder = join(makeRolloutFolder(process.cwd(), stack), "pictures");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), picture);
  } catch {
    // No picture then.
  }
}
