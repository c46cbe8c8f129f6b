import { z } from "zod";
import { gateCatalogueShape } from "./gates";
import { listOf, mapOf } from "./collections";
import { migrationsShape } from "./migrations";
import { serviceEntry } from "./services";
import * as words from "./words";

/** The catalogue: what a rollout consists of. In Pulumi.yaml, the same for every stack; a stack may replace a key as a whole. */
export const catalogueShape = {
  services: mapOf(words.serviceName, serviceEntry, "a map with a service or more")
    .refine((services) => Object.keys(services).length > 0, "a map with a service or more")
    .describe("The services on Render, by name."),
  flags: mapOf(
    words.flagKey,
    z.strictObject({
      service: words.serviceName.describe("The service whose environment variable the flag is."),
      phase: words.phase.describe("The flag is on from this phase on."),
      purpose: words.line.describe("What the flag switches on, for those who read previews and reports."),
      unset: z
        .enum(["on", "off", "unknown"], { error: "on, off or unknown" })
        .optional()
        .describe(
          "What an absent variable means to the code: off (default), on, or unknown (then it is always written). What the service reports goes first.",
        ),
      buildTime: z
        .boolean({ error: "true or false" })
        .optional()
        .describe(
          "Whether the value is built into the code, so that a change needs a build. Default: known by the build tool's prefix (VITE_, NEXT_PUBLIC_, …); always on a static site.",
        ),
      requires: listOf(words.migrationId, "a list of migration ids")
        .optional()
        .describe(
          "Migrations that the code behind the flag needs; they are applied before it is switched on.",
        ),
    }),
    "a map of flags",
  ).describe("The feature flags, by the name of the environment variable."),
  ...migrationsShape,
  soak: z
    .partialRecord(words.phase, words.duration, { error: "a map of phases and durations" })
    .optional()
    .describe("By phase: how long it must have been live and well before the next one may begin."),
  thresholds: z
    .strictObject(
      {
        advance: z
          .strictObject(
            {
              errorRatePercent: words.percent
                .optional()
                .describe("The rollout may advance below this error rate. Default: 1."),
              latencyIncreasePercent: words.growthPercent
                .optional()
                .describe("… and below this growth over the baseline. Default: 10."),
              p50Seconds: words.seconds.optional().describe("Median response time aimed at. Default: 0.5."),
              p95Seconds: words.seconds.optional().describe("95th percentile aimed at. Default: 1."),
              p99Seconds: words.seconds.optional().describe("99th percentile aimed at. Default: 2."),
            },
            { error: "a map" },
          )
          .optional(),
        investigate: z
          .strictObject(
            {
              errorRatePercent: words.percent
                .optional()
                .describe("Above this error rate somebody has to look. Default: 2."),
              p95Seconds: words.seconds
                .optional()
                .describe("… and above this 95th percentile of response times. Default: 2."),
              memoryPercent: words.percent
                .optional()
                .describe("… and above this share of an instance's memory. Default: 75."),
              cpuPercent: words.percent
                .optional()
                .describe("… and above this share of an instance's CPU. Default: 90."),
              errorLinesPerMinute: words.rate
                .optional()
                .describe("… and above so many lines of errors in the log. Default: 1."),
              clientErrorIncreasePercent: words.percent
                .optional()
                .describe("… and when the share of 4xx grows by more points than this. Default: 2."),
              connectionsPercent: words.percent
                .optional()
                .describe("… and above this share of the database's connections. Default: 75."),
              notificationFailurePercent: words.percent
                .optional()
                .describe("Above this share of failed notifications a phase is not left. Default: 5."),
            },
            { error: "a map" },
          )
          .optional(),
        immediate: z
          .strictObject(
            {
              errorRatePercent: words.percent
                .optional()
                .describe("Above this error rate: go back at once. Default: 5."),
              p95Seconds: words.seconds
                .optional()
                .describe("… and above this 95th percentile of response times. Default: 3."),
              memoryPercent: words.percent
                .optional()
                .describe("… and above this share of an instance's memory. Default: 90."),
              errorLinesPerMinute: words.rate
                .optional()
                .describe("… and above so many lines of errors in the log. Default: 10."),
              clientErrorIncreasePercent: words.percent
                .optional()
                .describe("… and when the share of 4xx grows by more points than this. Default: 10."),
            },
            { error: "a map" },
          )
          .optional(),
        telegramSeconds: words.seconds
          .optional()
          .describe("A notification has to arrive within this time. Default: 5."),
      },
      { error: "a map" },
    )
    .optional()
    .describe("The runbook's figures."),
  gates: z
    .strictObject(
      {
        couldNotMeasure: failOrWarn("When a check broke and has no answer."),
        noData: failOrWarn("When a check worked, and there was nothing to measure."),
        inconclusive: failOrWarn("When a check measured up to its limit and the answer is not clear."),
      },
      { error: "a map" },
    )
    .optional()
    .describe("What a gate makes of a check that brings no answer. The safe side, to fail, is the default."),
  ...gateCatalogueShape,
};

function failOrWarn(when: string) {
  return z.enum(["fail", "warn"]).optional().describe(`${when} Default: fail.`);
}
