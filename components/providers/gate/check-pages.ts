import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Browser } from "playwright-core";

import { messageOf } from "../../errors";
import { judgePage, USUAL_PAGE_RULES, type PageTimes } from "../../probes/browser/judge-page";
import { lookAtPage, type PageSeen } from "../../probes/browser/look-at-page";
import { openBrowser } from "../../probes/browser/open-browser";
import type { Baseline } from "../../probes/latency/judge-endpoints";
import type { CheckResult } from "../../probes/verdict";
import { addressOf } from "../address";
import type { ProviderContext } from "../context";
import { makeRolloutFolder } from "../sample-log";
import type { GateInputs, GatePage } from "./inputs";
import { checkId } from "../../probes/check-id";

/**
 * The catalogue's pages in a real browser. Where it names none, the front page of each static site, if the operator has named
 * a browser (`ROLLOUT_BROWSER`). Without a browser, or where it does not start, the pages could not be measured.
 */
export async function checkPages(
  context: ProviderContext,
  inputs: GateInputs,
  baseline?: Baseline,
): Promise<CheckResult[]> {
  const pages = inputs.pages ?? (await frontPages(context, inputs));
  if (pages.length === 0) return [];
  const { browser: path } = context;
  if (path === undefined)
    return unmeasured(context, pages, "there is no Chromium here; ROLLOUT_BROWSER names one");
  try {
    const browser = await openBrowser(path);
    try {
      const results: CheckResult[] = [];
      for (const page of pages) results.push(...(await checkPage(context, inputs, baseline, browser, page)));
      return results;
    } finally {
      await browser.close();
    }
  } catch (error) {
    return unmeasured(context, pages, `the browser ${path} did not start: ${firstLine(context, error)}`);
  }
}

/** By page: the times that these checks have measured, for the baseline; undefined where there are none. */
export function pageTimesIn(checks: readonly CheckResult[]): Record<string, PageTimes> | undefined {
  const times = checks.flatMap(({ check, evidence }): [string, PageTimes][] => {
    const [, id] = /^page-times (.+)$/.exec(check) ?? [];
    if (id === undefined || typeof evidence !== "object" || evidence === null || Array.isArray(evidence))
      return [];
    const { loadMs, lcpMs } = evidence;
    return typeof loadMs === "number"
      ? [[id, { loadMs, lcpMs: typeof lcpMs === "number" ? lcpMs : null }]]
      : [];
  });
  return times.length === 0 ? undefined : Object.fromEntries(times);
}

async function frontPages(context: ProviderContext, { services }: GateInputs): Promise<GatePage[]> {
  if (context.environment("ROLLOUT_BROWSER") === undefined) return [];
  const sites = await Promise.all(
    services.map(async (target) => {
      const service = await context.observed.service(target).catch(() => undefined);
      return service?.type === "static_site" ? [target] : [];
    }),
  );
  const { withinMs, growthPercent } = USUAL_PAGE_RULES;
  return sites.flat().map(({ renderName, healthPath }) => ({
    ...{ id: renderName, renderName, path: healthPath, expects: [], ignore: [] },
    ...{ withinSeconds: withinMs / 1000, growthPercent },
  }));
}

async function checkPage(
  context: ProviderContext,
  inputs: GateInputs,
  baseline: Baseline | undefined,
  browser: Browser,
  page: GatePage,
): Promise<CheckResult[]> {
  const { id, renderName, path, expects, withinSeconds, growthPercent, ignore } = page;
  const at = await context.now();
  try {
    const target = inputs.services.find((each) => each.renderName === renderName);
    const service = target === undefined ? undefined : await context.observed.service(target);
    const url = target && service ? addressOf(target, service, path) : undefined;
    if (url === undefined) return await unmeasured(context, [page], `${renderName} has no public address`);
    context.log(`gate ${inputs.phase}: opens ${id} in a browser`);
    const seen = await lookAtPage(browser, { url, expects });
    keepPicture(inputs.stack, `${inputs.phase}-${id}.jpg`, seen.picture);
    const rules = { withinMs: withinSeconds * 1000, growthPercent, ignore, baseline: before(baseline, id) };
    return judgePage(id, url.split("?")[0] ?? url, redacted(seen, context), rules, at);
  } catch (error) {
    return unmeasured(context, [page], firstLine(context, error));
  }
}

function before(baseline: Baseline | undefined, id: string): PageTimes | undefined {
  const pages = baseline?.pages;
  return pages !== undefined && Object.hasOwn(pages, id) ? pages[id] : undefined;
}

async function unmeasured(
  context: ProviderContext,
  pages: readonly GatePage[],
  why: string,
): Promise<CheckResult[]> {
  const at = (await context.now()).toISOString();
  return pages.map(({ id, path }) => ({
    check: checkId("page", id),
    verdict: "could-not-measure",
    summary: `${id} could not be looked at: ${why}`,
    probe: `Chromium: GET ${path.split("?")[0] ?? path}`,
    at,
  }));
}

function firstLine({ redact }: ProviderContext, error: unknown): string {
  return redact(messageOf(error)).split("\n")[0] ?? "";
}

function redacted(seen: PageSeen, { redact }: ProviderContext): PageSeen {
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
