import { accessSync, constants } from "node:fs";

import { RolloutError } from "../../components/errors";
import { findPulumi } from "./find-pulumi";
import type { Interrupts } from "../shared/interrupts";
import type { Engine } from "./port";
import { selectStack } from "./select-stack";

/** Names a `pulumi` to use instead of the one on the PATH: for rehearsals and tests. */
const OVERRIDE = "ROLLOUT_PULUMI";

/**
 * The engine behind every command: Pulumi's CLI.
 * @throws RolloutError NO_PULUMI where there is none: one sentence, and the line that helps.
 */
export async function openEngine(place: {
  directory: string;
  stack: string;
  interrupts?: Interrupts;
}): Promise<Engine> {
  const found = requirePulumi(process.env);
  const selected = selectStack(found.executable, place.directory, place.stack);
  // Both run while the SDK is loaded, which takes as long: only where there is a CLI to drive.
  const { pulumiCommand } = await import("./pulumi-command.js");
  const command = pulumiCommand(found.executable);
  const { automationEngine } = await import("./automation.js");
  return automationEngine({ ...place, ...found, selected, command });
}

/** What is missing, and how to get it. */
const WITHOUT_PULUMI =
  "there is no Pulumi CLI on this machine (`pulumi` is neither on the PATH nor in ~/.pulumi). " +
  "Next: `curl -fsSL https://get.pulumi.com | sh`, or `npx pulumi version` once.";

/** @throws RolloutError NO_PULUMI */
export function requirePulumi(env: NodeJS.ProcessEnv): { executable: string; about: string } {
  const override = env[OVERRIDE];
  if (override !== undefined && override !== "") {
    if (!isExecutable(override))
      throw new RolloutError("NO_PULUMI", `${OVERRIDE} names ${override}, which cannot be run.`);
    return { executable: override, about: `Engine: ${override}, because ${OVERRIDE} says so.` };
  }
  const found = findPulumi(env);
  if (found !== undefined)
    return { executable: found.executable, about: `Engine: the Pulumi CLI at ${found.executable}.` };
  throw new RolloutError(
    "NO_PULUMI",
    `${WITHOUT_PULUMI} To roll back without it: \`npm run rollback -- --stack <stack> --full --instructions\`.`,
    { missing: WITHOUT_PULUMI },
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
