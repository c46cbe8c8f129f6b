import { LineCounter } from "yaml";

import { formatProblems, phaseIndex, PHASES } from "../../components/config";
import { toProblem } from "../../components/config/problem";
import { RolloutError } from "../../components/errors";
import { openStackFile, rangeOf } from "../stack-file/open-stack-file";
import type { LoadedStack } from "./load-stack";
import type { Standing } from "./standing";

/**
 * Phases cannot be skipped: the one after the last that has a gate is as far as a stack can go, unless `adopt` takes over
 * what came before. Said here with the place in the file, before anything is run; a gate would refuse it, too.
 * @throws RolloutError CONFIG_INVALID
 */
export function requireReachable({ config, text, file }: LoadedStack, { gates }: Standing): void {
  const reached = Math.max(
    -1,
    ...[...gates.keys()].map((phase) => (PHASES as readonly string[]).indexOf(phase)),
  );
  const adopted = config.adopt === undefined ? 0 : phaseIndex(config.adopt);
  const furthest = Math.max(reached + 1, adopted);
  if (phaseIndex(config.phase) <= furthest) return;
  const counter = new LineCounter();
  const pair = openStackFile(text, config.project, counter).pair("phase");
  const { line, col } = counter.linePos(rangeOf(pair?.value).start);
  const position = { file, line, column: col };
  const allowed = `${PHASES.slice(0, furthest + 1).join(", ")} (phases cannot be skipped; adopt takes over a system that is part-way already)`;
  const problem = toProblem(
    { code: "skipped-phase", path: ["phase"], found: JSON.stringify(config.phase), allowed },
    position,
  );
  throw new RolloutError(
    "CONFIG_INVALID",
    `the config is not valid; nothing was run:\n${formatProblems([problem])}`,
  );
}
