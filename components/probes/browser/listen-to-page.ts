import type { Page } from "playwright-core";

import { cutText } from "../../plain-text";

/** What a page complains about while it is open. */
export interface Heard {
  /** Errors in the console, and exceptions that nobody caught. */
  consoleErrors: string[];
  /** Requests that failed, were blocked (by CORS, too), or were answered with 400 and more. */
  failedRequests: string[];
}

/** How many entries of each list are kept at the most. */
const MOST_KEPT = 10;

/** Listens from now on; the lists grow. */
export function listenTo(page: Page): Heard {
  const heard: Heard = { consoleErrors: [], failedRequests: [] };
  const keep = (list: string[], text: string) => {
    if (list.length < MOST_KEPT) list.push(cutText(text, 300));
  };
  page.on("console", (message) => {
    // A request that failed is told as one, below.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      keep(heard.consoleErrors, message.text());
  });
  page.on("pageerror", (error) => {
    keep(heard.consoleErrors, String(error));
  });
  page.on("requestfailed", (request) => {
    keep(heard.failedRequests, `${shown(request.url())}: ${request.failure()?.errorText ?? "failed"}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400)
      keep(heard.failedRequests, `${shown(response.url())}: HTTP ${response.status()}`);
  });
  return heard;
}

/** Without query, which may hold a secret. */
function shown(url: string): string {
  return url.split(/[?#]/)[0] ?? url;
}
