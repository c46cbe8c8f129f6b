import type { Browser } from "playwright-core";

/** Nothing that a browser does by itself beside our page, and no trace of it on this machine. */
const ARGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the system's Chromium with an empty profile. @throws what keeps it from starting. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  // Loaded here: without pages no gate waits for its library.
  const { chromium } = await import("playwright-core");
  // Chromium's sandbox cannot be had by root, as in most containers of CI; for everybody else it stays.
  const root = process.getuid?.() === 0;
  return chromium.launch({ executablePath, args: [...ARGS, ...(root ? ["--no-sandbox"] : [])] });
}
