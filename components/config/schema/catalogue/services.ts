import { z } from "zod";
import { expectations } from "./expectations";
import * as words from "../words";

const REPORTS = 'a path: "/flags"; a map with path, at, names, on and absent; or {none: "why it cannot"}';

/** How a service tells with which flags it runs. Its contract is told in docs/flags.md. */
const reports = z.union(
  [
    words.urlPath,
    z.strictObject({
      path: words.urlPath.optional().describe("Path that answers with a JSON report."),
      at: words.line
        .optional()
        .describe(
          'Dotted place in the answer at which the flags stand: "data.flags". Default: the answer itself.',
        ),
      names: z
        .record(words.flagKey, words.line, { error: "a map of flags and the service's own names for them" })
        .optional()
        .describe("By flag: what the service calls it, where that is another name; a dotted place fits."),
      on: z
        .array(words.line, { error: "a list of words" })
        .optional()
        .describe(
          'Words that count as on, in any case. Default: "true", "1", "t", "yes", "y", "on", "enabled", "active".',
        ),
      absent: z
        .enum(["off"], { error: "off, or nothing: what a report leaves out is then not known" })
        .optional()
        .describe("off: this service leaves out of its report what is off."),
      none: words.line
        .optional()
        .describe(
          "Why the service cannot report. Then the values on Render and a live deploy newer than the last write are the evidence.",
        ),
    }),
  ],
  { error: REPORTS },
);

const health = z.strictObject(
  {
    path: words.urlPath.describe("Path that answers 200 when the service is well."),
    expect: expectations
      .optional()
      .describe(
        'What "well" means, by place in the answer: {status: healthy, database: connected}. It alone decides then; without it, the usual words for ill are looked for.',
      ),
  },
  { error: "a map with path and expect" },
);

/** One service of the catalogue. */
export const serviceEntry = z.strictObject({
  kind: z
    .enum(["web_service", "static_site"])
    .describe("What it is on Render: a web_service runs code, a static_site is built once and served."),
  healthPath: words.urlPath.optional().describe("Path that answers 200 when the service is well."),
  health: health.optional().describe("The same with what its answer has to say; in place of healthPath."),
  reports: reports
    .optional()
    .describe(
      "Where the service reports the flags that it runs with, or that it cannot. Without it, gates cannot see them.",
    ),
  endpoints: z
    .array(words.requestPath, { error: 'a list of paths: ["/api/orders"]' })
    .optional()
    .describe(
      "Paths that gates measure, by GET: error rate, and response times against the baseline. Pick some that users wait for and that change nothing.",
    ),
});
