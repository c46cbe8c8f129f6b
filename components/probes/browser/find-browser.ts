import { existsSync } from "node:fs";

/** Where systems have a Chromium, or one of its kin; looked at in this order. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/microsoft-edge",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * Path of the browser that pages are looked at with: the one that is named (`ROLLOUT_BROWSER`), which need not be there, or else
 * the system's; undefined where it has none.
 */
export function findBrowser(
  named: string | undefined,
  exists: (path: string) => boolean = existsSync,
): string | undefined {
  return named ?? PLACES.find((path) => exists(path));
}
