import { z } from "zod";
import * as words from "../words";

const SELECTORS = 'a list of CSS selectors: ["#orders"]';

const selectors = z.array(words.line, { error: SELECTORS }).optional();

const seen = z.strictObject(
  {
    visible: selectors.describe("CSS selectors of things that must be visible."),
    hidden: selectors.describe("CSS selectors of things that must not be visible."),
  },
  { error: "a map with visible and hidden" },
);

const perFlag = z
  .record(words.flagKey, seen, { error: "a map of flags, each with visible and hidden" })
  .optional();

/** Pages that a gate opens in a real browser, by name. */
export const pages = z
  .record(
    words.itemId,
    z.strictObject({
      phase: words.phase
        .optional()
        .describe("Every gate from this phase on opens the page. Default: the first phase."),
      service: words.serviceName.describe("The service that serves the page."),
      path: words.pagePath
        .optional()
        .describe('Path of the page; one behind "#", as hash routers have it, too. Default: "/".'),
      visible: selectors.describe("CSS selectors of things that must be visible, whatever the flags."),
      hidden: selectors.describe("CSS selectors of things that must not be visible, whatever the flags."),
      whenOn: perFlag.describe("By flag: what must and must not be visible while it is on."),
      whenOff: perFlag.describe("By flag: what must and must not be visible while it is off."),
      withinSeconds: words.seconds
        .optional()
        .describe(
          "Load time and largest paint have to be within so many seconds, on a phone's network (4G). Default: 3.",
        ),
      growthPercent: words.growthPercent
        .optional()
        .describe("… and a growth of either by more over the baseline is a warning. Default: 50."),
      ignore: z
        .array(words.line, { error: "a list of texts" })
        .optional()
        .describe("An error or a failed request does not count when one of these texts occurs in it."),
    }),
    { error: "a map of pages" },
  )
  .optional()
  .describe("Pages that gates open in a real browser (Chromium), by name.");
