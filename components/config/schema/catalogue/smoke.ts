import { z } from "zod";
import { expectations } from "./expectations";
import * as words from "../words";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
const HEADER = "a header's value: a text, in which {name} is filled in, or {secret: smokeToken}";

const stepShape = {
  method: z.enum(METHODS).optional().describe("Default: GET."),
  path: words.requestPath.describe(
    "Path, with a query where it needs one; {name} is a value that an earlier step takes.",
  ),
  headers: z
    .record(
      words.headerName,
      z.union([words.line, z.strictObject({ secret: words.smokeSecret })], { error: HEADER }),
      { error: "a map of headers" },
    )
    .optional()
    .describe('By name: a text ("Bearer {token}"), or {secret: smokeToken}, a secret of the stack.'),
  body: z.record(z.string(), z.json(), { error: "a map, sent as JSON" }).optional().describe("Sent as JSON."),
  status: words.httpStatus.optional().describe("The only good answer. Default: 200."),
  json: expectations
    .optional()
    .describe('By place in the answer\'s JSON ("orders.0.id", "" for all of it): what stands there.'),
  take: z
    .record(words.takenName, words.line, { error: "a map of names and places in the answer" })
    .optional()
    .describe(
      'By name: the place in the answer whose value later steps use as {name}: {token: "data.token"}.',
    ),
  withinSeconds: words.seconds.optional().describe("The answer has to be complete within this time."),
};

const steps = z.array(z.strictObject(stepShape), { error: "a list of steps, each with a path" });

const LIMIT = "Limit, in seconds.";

const times = z.strictObject({
  requests: words.smokeRequests
    .optional()
    .describe("How often it is asked, one after the other. Default: 20."),
  p50Seconds: words.seconds.optional().describe(LIMIT),
  p95Seconds: words.seconds.optional().describe(LIMIT),
  p99Seconds: words.seconds.optional().describe(LIMIT),
});

/** Requests that a gate makes, by name. */
export const smokeTests = z
  .record(
    words.itemId,
    z.strictObject({
      phase: words.phase.describe("The test is part of every gate from this phase on."),
      service: words.serviceName.describe("The service that is asked."),
      ...stepShape,
      times: times.optional().describe("Asks again and again, and judges how long the answers take."),
      before: steps
        .optional()
        .describe("Requests that come first, such as a log-in; each has to be as expected."),
      cleanUp: steps
        .optional()
        .describe(
          "Requests that are made in any case, to put things back; those that need a value that was never taken are left out.",
        ),
      needs: z
        .array(words.flagKey, { error: "a list of flags" })
        .optional()
        .describe("Flags without which the test means nothing: it is left out while one of them is off."),
    }),
    { error: "a map of smoke tests" },
  )
  .optional()
  .describe("Requests that a gate makes, by name, and what has to come back.");
