import { messageOf } from "../../components/errors";
import { checkId } from "../../components/probes/check-id";
import { findBrowser } from "../../components/probes/browser/find-browser";
import { judgePage, type PageTimes } from "../../components/probes/browser/judge-page";
import { lookAtPage } from "../../components/probes/browser/look-at-page";
import { openBrowser } from "../../components/probes/browser/open-browser";
import type { CheckResult } from "../../components/probes/verdict";
import type { GatePage } from "../../components/providers/gate/inputs";

/** A page of the catalogue, by its public address. */
export type OpenedPage = Omit<GatePage, "renderName" | "path"> & {
  url: string;
  /** Before the rollout. */
  baseline?: PageTimes;
};

/** By page: its checks, as a gate makes them; or why no page could be opened. */
export type PagesSeen = { because: string } | { checks: Map<string, CheckResult[]> };

export type OpenPages = (pages: readonly OpenedPage[], at: Date) => Promise<PagesSeen>;

export const NO_CHROMIUM = "there is no Chromium here; ROLLOUT_BROWSER names one";

/** Opens pages in the browser that gates take, one after the other. Never throws: what it could not see is said. */
export const openPages: OpenPages = async (pages, at) => {
  const named = process.env["ROLLOUT_BROWSER"];
  const path = findBrowser(named === "" ? undefined : named);
  if (path === undefined) return { because: NO_CHROMIUM };
  try {
    const browser = await openBrowser(path);
    try {
      const checks = new Map<string, CheckResult[]>();
      for (const { id, url, expects, ...rules } of pages) {
        const { withinSeconds, growthPercent, ignore, baseline } = rules;
        const probe = url.split("?")[0] ?? url;
        const judged = { withinMs: withinSeconds * 1000, growthPercent, ignore, baseline };
        const seen = await lookAtPage(browser, { url, expects }).catch((error: unknown) => error);
        checks.set(
          id,
          isSeen(seen) ? judgePage(id, probe, seen, judged, at) : [notSeen(id, probe, seen, at)],
        );
      }
      return { checks };
    } finally {
      await browser.close();
    }
  } catch (error) {
    return { because: `the browser ${path} did not start: ${firstLine(error)}` };
  }
};

function isSeen(seen: unknown): seen is Awaited<ReturnType<typeof lookAtPage>> {
  return typeof seen === "object" && seen !== null && "loadMs" in seen;
}

function notSeen(id: string, probe: string, error: unknown, at: Date): CheckResult {
  return {
    check: checkId("page", id),
    verdict: "could-not-measure",
    summary: `${id} could not be looked at: ${firstLine(error)}`,
    probe: `Chromium: GET ${probe}`,
    at: at.toISOString(),
  };
}

function firstLine(error: unknown): string {
  return messageOf(error).split("\n")[0] ?? "";
}
