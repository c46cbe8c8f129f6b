import { describe, expect, it, onTestFinished, vi } from "vitest";

import { openPages, type OpenedPage } from "../../cli/shared/open-pages";
import { browserPath } from "../support/browser";
import { html, nowhere, serve } from "./support/verified-system";

const WHOLE = `<!doctype html><html lang="en"><head><title>Shop</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head><body><main><h1 id="orders">Orders</h1></main></body></html>`;
const AT = new Date("2026-11-24T21:00:00Z");

function page(id: string, url: string, selector: string): OpenedPage {
  return {
    ...{ id, url, ignore: [], withinSeconds: 60, growthPercent: 50 },
    expects: [{ selector, visible: true }],
  };
}

function withBrowser(path: string): void {
  vi.stubEnv("ROLLOUT_BROWSER", path);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

describe("pages that a command opens", () => {
  it("are not opened, and it is said why, where the browser does not start", async () => {
    withBrowser("/nowhere/chromium");
    const seen = await openPages([page("shop", "http://127.0.0.1:9/", "#orders")], AT);
    expect(seen).toEqual({
      because: expect.stringMatching(/^the browser \/nowhere\/chromium did not start: /) as string,
    });
  });

  // Without Chromium loudly skipped: see support/browser.
  it.skipIf(browserPath === undefined)(
    "are judged as a gate does, one by one: one that is not there does not hide the next",
    { timeout: 180_000 },
    async () => {
      withBrowser(browserPath ?? "");
      const { url } = await serve({ "/": html(WHOLE), "/?secret=1": html(WHOLE) });
      const seen = await openPages(
        [
          page("gone", `${await nowhere()}/`, "#orders"),
          page("shop", `${url}/?secret=1`, "#orders"),
          page("bare", `${url}/`, "#menu"),
        ],
        AT,
      );
      if ("because" in seen) throw new Error(seen.because);
      const verdicts = [...seen.checks].map(([id, checks]) => [id, checks[0]?.verdict]);
      expect(verdicts).toEqual([
        ["gone", expect.stringMatching(/^(fail|could-not-measure)$/)],
        ["shop", "pass"],
        ["bare", "fail"],
      ]);
      expect(JSON.stringify([...seen.checks])).not.toContain("secret=1");
    },
  );
});
