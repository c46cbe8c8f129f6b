import { z } from "zod";
import * as words from "../words";

/** The runbook's figures; what is left out has the defaults of `config/defaults.ts`. */
export const thresholds = z
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
  .describe("The runbook's figures.");
