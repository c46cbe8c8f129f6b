import { z } from "zod";
import { WEEKDAYS } from "../weekdays";
import * as words from "./words";

const DAYS = "a list of days: [tuesday, wednesday]";
const DATES = 'a list of dates in quotes: ["2026-12-24"]';

/** What a stack may say, or Pulumi.yaml for all stacks. */
export const sharedShape = {
  timeZone: words.line
    .optional()
    .describe("IANA time zone, for times and dates that people read and write. Default: Europe/Berlin."),
  workspace: words.line
    .optional()
    .describe("Name or id (tea-…, usr-…) of the workspace on Render; needed where the key reaches several."),
  renderApiUrl: words.httpUrl.optional().describe("Render's API. Default: https://api.render.com/v1."),
  deployTimeout: words.duration
    .optional()
    .describe('How long a deploy may take until it is live. Default: "30 minutes".'),
  schedule: z
    .strictObject(
      {
        enforce: z
          .boolean({ error: "true or false" })
          .optional()
          .describe("false: an advance may start at any time. Default: true."),
        timeZone: words.line.optional().describe("IANA time zone. Default: the stack's timeZone."),
        windows: z
          .array(
            z.strictObject(
              {
                days: z.array(z.enum(WEEKDAYS), { error: DAYS }).min(1, { error: DAYS }),
                from: words.clockTime,
                to: words.clockTime.describe("At or before from: on the next day."),
              },
              { error: "a map with days, from and to" },
            ),
            { error: "a list of windows" },
          )
          .optional()
          .describe("Default: Tuesday to Thursday, 22:00 to 02:00."),
        blackouts: z
          .array(
            z.strictObject(
              { from: words.date, to: words.date.optional(), reason: words.line.optional() },
              { error: "a map with from, to and reason" },
            ),
            { error: "a list of blackouts" },
          )
          .optional()
          .describe("Days on which nothing may start."),
        holidays: z
          .array(words.date, { error: DATES })
          .optional()
          .describe("Closed all day, and from noon of the day before."),
        fridayRule: z
          .boolean({ error: "true or false" })
          .optional()
          .describe("No start on a Friday from noon on. Default: true."),
      },
      { error: "a map" },
    )
    .optional()
    .describe("When the rollout may advance. A rollback is always allowed."),
  sampling: z
    .strictObject(
      {
        baselineSamples: words
          .count(50, 5000)
          .optional()
          .describe("Samples of each endpoint for the baseline. Default: 400; 1000 for a single endpoint."),
        batchSamples: words
          .count(10, 2000)
          .optional()
          .describe("Samples of each endpoint between two looks. Default: 100; 150 for a single endpoint."),
        batches: words.count(1, 10).optional().describe("Looks at most. Default: 4."),
        warmUp: words.count(0, 200).optional().describe("Samples thrown away before. Default: 20."),
        spread: words.duration
          .optional()
          .describe('Time over which a batch (and the baseline) is spread. Default: "1 minute".'),
        timeout: words.duration.optional().describe('How long one request may take. Default: "10 seconds".'),
      },
      { error: "a map" },
    )
    .optional()
    .describe("How many requests a gate measures with. More of them see smaller differences."),
  telegram: z
    .strictObject(
      {
        chatId: words.chatId.describe("The operators' chat."),
        apiUrl: words.httpUrl.optional().describe("The Bot API. Default: https://api.telegram.org."),
      },
      { error: "a map with chatId" },
    )
    .optional()
    .describe("Where the team is told of each phase's start, end and failure."),
};
