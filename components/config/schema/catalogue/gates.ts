import { z } from "zod";
import { pages } from "./pages";
import { smokeTests } from "./smoke";
import { thresholds } from "./thresholds";
import * as words from "../words";

/** What gates look at, beside health, flags and migrations. */
export const gatesShape = {
  thresholds,
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

function failOrWarn(when: string) {
  return z.enum(["fail", "warn"]).optional().describe(`${when} Default: fail.`);
}
