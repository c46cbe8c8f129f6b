import { z } from "zod";
import { gatesShape } from "./catalogue/gates";
import { migrationsShape } from "./catalogue/migrations";
import { serviceEntry } from "./catalogue/services";
import * as words from "./words";

/** The catalogue: what a rollout consists of. In Pulumi.yaml, the same for every stack; a stack may replace a key as a whole. */
export const catalogueShape = {
  services: z
    .record(words.serviceName, serviceEntry, { error: "a map with a service or more" })
    .refine((services) => Object.keys(services).length > 0, "a map with a service or more")
    .describe("The services on Render, by name."),
  flags: z
    .record(
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
        requires: z
          .array(words.migrationId, { error: "a list of migration ids" })
          .optional()
          .describe(
            "Migrations that the code behind the flag needs; they are applied before it is switched on.",
          ),
      }),
      { error: "a map of flags" },
    )
    .describe("The feature flags, by the name of the environment variable."),
  ...migrationsShape,
  soak: z
    .partialRecord(words.phase, words.duration, { error: "a map of phases and durations" })
    .optional()
    .describe("By phase: how long it must have been live and well before the next one may begin."),
  ...gatesShape,
};
