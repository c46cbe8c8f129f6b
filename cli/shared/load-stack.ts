import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import {
  formatProblems,
  parseSources,
  readConfigSources,
  stackFileName,
  type StackConfig,
} from "../../components/config";
import { loadStackConfig } from "../../components/config";
import { RolloutError } from "../../components/errors";
import { planRollout } from "../../components/plan/plan-rollout";
import type { Plan } from "../../components/plan/plan";

/** One stack as its files declare it, checked. */
export interface LoadedStack {
  directory: string;
  stack: string;
  config: StackConfig;
  plan: Plan;
  /** Name of the stack file, relative to the directory. */
  file: string;
  /** The stack file's text. */
  text: string;
}

/**
 * Reads and checks a stack's files; needs neither Pulumi nor the network.
 * @throws RolloutError CONFIG_INVALID with every problem and its position, before anything is run.
 */
export function requireStack(directory: string, stack: string): LoadedStack {
  const parsed = loadStackConfig({ dir: directory, stack });
  if (!parsed.ok) throw invalid(formatProblems(parsed.problems));
  const file = stackFileName(stack);
  const path = join(directory, file);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return { directory, stack, config: parsed.config, plan: planRollout(parsed.config), file, text };
}

/**
 * Loads the stack as if its file had another text: what an edit would mean, checked before it is written.
 * @throws RolloutError CONFIG_INVALID, with positions in the edited text.
 */
export function stackWithText(loaded: LoadedStack, text: string): LoadedStack {
  const { directory, stack } = loaded;
  const sources = readConfigSources(directory, stack).map((source) =>
    source.kind === "stack" ? { ...source, text } : source,
  );
  const parsed = parseSources(sources, { stack: loaded.config.stack });
  if (!parsed.ok) throw invalid(formatProblems(parsed.problems));
  return { ...loaded, config: parsed.config, plan: planRollout(parsed.config), text };
}

function invalid(problems: string): RolloutError {
  return new RolloutError("CONFIG_INVALID", `the config is not valid; nothing was run:\n${problems}`);
}
