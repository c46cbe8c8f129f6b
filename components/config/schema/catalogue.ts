import { z } from "zod";
import { gateCatalogueShape } from "./gates";
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
  migrations: mapOf(
    words.migrationId,
    z.strictObject({
      phase: words.phase.describe("The migration is applied from this phase on."),
      purpose: words.line.describe("What it adds."),
      rollbackRisk: z.enum(["low", "medium", "high"]).describe("How much a rollback hurts."),
      rollbackLoses: words.line.describe(
        'What a rollback loses, beginning with a verb: "drops the tables parts and categories".',
      ),
      file: words.line.optional().describe("The migration's file, for those who read reports."),
    }),
    "a map of migrations",
  )
    .optional()
    .describe("The database's migrations, by id, in order of application."),
  runner: z
    .strictObject(
      {
        where: z
          .enum(["local", "ssh", "render-job"])
          .describe(
            "Where the commands run: on this machine, on a running instance of the service, or as a one-off job on its last build.",
          ),
        service: words.serviceName.optional().describe("The web service that ssh and render-job need."),
        workingDirectory: words.line.optional().describe("Directory in which the commands run."),
        commands: z
          .strictObject(
            {
              status: command("prints which migrations are applied and which are pending"),
              apply: command("applies one migration where a word holds {id}, otherwise all that are pending"),
              rollback: command(
                "rolls back one migration where a word holds {id}, otherwise all that are applied",
              ),
            },
            { error: "a map with status, apply and rollback" },
          )
          .describe("The commands, each as a list of words; no shell reads them."),
        timeout: words.duration.optional().describe('How long one command may take. Default: "15 minutes".'),
      },
      { error: "a map with where and commands" },
    )
    .optional()
    .describe("How migrations are looked at, applied and rolled back."),
  backup: z
    .strictObject(
      {
        command: z
          .string({ error: SHELL_LINE() })
          .regex(/\S/, { error: SHELL_LINE() })
          .describe(
            "Makes a backup and verifies it; a line for /bin/sh. DATABASE_URL is in its environment. Any exit code but 0 stops the rollout.",
          ),
        timeout: words.duration.optional().describe('How long it may take. Default: "15 minutes".'),
      },
      { error: "a map with command" },
    )
    .optional()
    .describe("What runs before a migration changes anything."),
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

/** By key and value; an entry's own problems are reported at the entry. */
function mapOf<T extends z.ZodType>(key: z.ZodString, value: T, inWords: string) {
  return z.record(key, value, { error: inWords });
}

function listOf<T extends z.ZodType>(item: T, inWords: string) {
  return z.array(item, { error: inWords });
}

function command(does: string) {
  const inWords = `a list of words, the first one the program: ["python", "migrate.py"]`;
  return listOf(words.commandWord, inWords).min(1, { error: inWords }).describe(`The command that ${does}.`);
}

function failOrWarn(when: string) {
  return z.enum(["fail", "warn"]).optional().describe(`${when} Default: fail.`);
}

function SHELL_LINE(): string {
  return "a command line, not empty";
}
