import { z } from "zod";
import { WEEKDAYS } from "../weekdays";
import { pages } from "./pages";
import { smokeTests } from "./smoke";
import * as words from "./words";

/** What gates look at, beside health, flags and migrations. Part of the catalogue. */
export const gateCatalogueShape = {
  smoke: smokeTests,
  pages,
  smokeCommand: z
    .strictObject(
      {
        phase: words.phase
          .optional()
          .describe("It runs in every gate from this phase on, after each deploy. Default: smoke."),
        command: words.shellLine.describe(
          "A line for /bin/sh on the operator's machine. Any exit code but 0 stops the rollout.",
        ),
        timeout: words.duration.optional().describe('How long it may take. Default: "15 minutes".'),
      },
      { error: "a map with command" },
    )
    .optional()
    .describe("A smoke test of your own."),
  prerequisites: z
    .record(
      words.itemId,
      z.strictObject({
        phase: words.phase.describe("The phase that is not left before this holds."),
        purpose: words.line.describe("What must be so, for those who sign it off."),
        postgresRecovery: words.line
          .optional()
          .describe(
            "Name or id (dpg-…) of a database on Render: looked up there instead of signed off, by whether it can be restored to a moment.",
          ),
      }),
      { error: "a map of items" },
    )
    .optional()
    .describe("By name: what must be so before a phase is left. Signed off in the stack's acknowledged."),
  notifications: z
    .strictObject(
      {
        query: words.sqlQuery.describe(
          "A SELECT that answers one row with failed and sent; {since} becomes the time since which the phase is live, as a text.",
        ),
      },
      { error: "a map with query" },
    )
    .optional()
    .describe("How failed notifications are counted in the database, before a phase is left."),
  criticalLogs: z
    .array(words.line, { error: "a list of words" })
    .optional()
    .describe('Words that make a line of a service\'s log critical. Default: ["CRITICAL", "FATAL"].'),
};

const DAYS = "a list of days: [tuesday, wednesday]";
const DATES = 'a list of dates in quotes: ["2026-12-24"]';

/** When and how gates measure. A stack's own, or for all stacks. */
export const gateSharedShape = {
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

/** A stack's own decisions about its gates. */
export const gateStackShape = {
  rebaseline: words.moment
    .optional()
    .describe('Takes the baseline again, once for each new date: "2026-11-24" or "2026-11-24T22:10".'),
  scheduleOverride: words.reasonedSignature
    .optional()
    .describe('Opens the schedule for one night: "2026-11-24 by Ada: why".'),
};
