import { z } from "zod";
import * as words from "./words";

/** What is each stack's own, and each change of it one reviewed line: never in Pulumi.yaml. */
export const stackOnlyShape = {
  phase: words.phase.describe(
    "The phase that the rollout stands in. To advance, name the next one; to go back, an earlier one.",
  ),
  hold: z
    .array(words.flagKey, { error: "a list of flags" })
    .optional()
    .describe("Flags that stay off whatever the phase says: a partial rollback."),
  adopt: words.phase
    .optional()
    .describe(
      "Takes over a system that is part-way already: the gates before this phase need not have been open.",
    ),
  acknowledged: z
    .record(words.line, words.signature, { error: "a map of items and signatures" })
    .optional()
    .describe('By item: who signed off what no machine can check, as "2026-11-24 by Ada".'),
  acceptDataLoss: z
    .record(words.migrationId, words.signature, { error: "a map of migration ids and signatures" })
    .optional()
    .describe('By migration: who accepts that its rollback loses data, as "2026-11-24 by Ada". Counts once.'),
  override: z
    .partialRecord(words.phase, words.override, { error: "a map of phases and overrides" })
    .optional()
    .describe(
      'By phase: checks that its gate may fail for a day, by whose word and why, as "2026-11-24 by Ada, error-rate: the orders need migration 001, which is next". Never about data loss.',
    ),
  serviceIds: z
    .record(words.serviceName, words.serviceId, { error: "a map of services and ids" })
    .optional()
    .describe("By service: its id on Render. Looked up by name where it is absent."),
  serviceUrls: z
    .record(words.serviceName, words.httpUrl, { error: "a map of services and addresses" })
    .optional()
    .describe("By service: its public address. Asked from Render where it is absent."),
  serviceNames: z
    .record(words.serviceName, words.serviceName, { error: "a map of services and names" })
    .optional()
    .describe("By service: its name on Render, where it is not the catalogue's."),
  rebaseline: words.moment
    .optional()
    .describe('Takes the baseline again, once for each new date: "2026-11-24" or "2026-11-24T22:10".'),
  scheduleOverride: words.reasonedSignature
    .optional()
    .describe('Opens the schedule for one night: "2026-11-24 by Ada: why".'),
};
