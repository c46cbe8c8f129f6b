import { existsSync } from "node:fs";

import { FRONTEND } from "./services";

/** The mechanics' page as a catalogue's `pages` names it: what its flags do can be seen. */
export const pages = {
  workshop: {
    // Before migration 001 the orders cannot be listed, which every browser complains about.
    phase: "migrations",
    service: FRONTEND,
    path: "/#/mechanic/orders",
    visible: ["#orders"],
    whenOn: {
      ENABLE_MECH_I18N: { visible: ["#languages button"] },
      ENABLE_UI_REFRESH: { visible: ["#summary"] },
    },
    whenOff: {
      ENABLE_MECH_I18N: { hidden: ["#languages button"] },
      ENABLE_UI_REFRESH: { hidden: ["#summary"] },
    },
  },
};

/** Whether this machine has a browser that gates would find, or one is named. */
export function hasBrowser(): boolean {
  return [process.env["ROLLOUT_BROWSER"] ?? "", ...PLACES].some((path) => path !== "" && existsSync(path));
}

const PLACES = [
  ...["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"],
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
