import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { keepLook } from "../log/look-lines";
import { rolloutFolder } from "../log/rollout-folder";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { requireStack } from "../shared/load-stack";
import { readStanding } from "../shared/standing";
import type { VerifyReport } from "../verify/report";
import { isDue } from "./cadence";
import { changesOf, illOf, type Ill } from "./changes";

export interface MonitorOptions {
  stack: string;
  /** Look now, whatever the cadence says. */
  now?: boolean;
}

interface Kept {
  lastAt?: string;
  ill?: Ill;
  rows?: VerifyReport["rows"];
}

/**
 * One look of the monitoring phase, if one is due: into the log, and to the team only what has changed. Meant for a
 * scheduler: before the phase and after it there is nothing to do, and it says so.
 * @param look one look at the running system, as `verify --json` reports it.
 */
export async function monitor(
  desk: Desk,
  look: () => Promise<VerifyReport>,
  { stack, now: atOnce }: MonitorOptions,
): Promise<ExitCode> {
  const { terminal, directory } = desk;
  const { config } = requireStack(directory, stack);
  const engine = await desk.openEngine(stack);
  const { gates } = readStanding(await engine.state());
  // The phase that is there to be watched is the one with the longest soak.
  const [phase = ""] = Object.entries(config.soakSeconds).sort(([, a], [, b]) => b - a)[0] ?? [];
  const gate = gates.get(phase);
  if (gate?.state !== "open" || gate.passedAt === undefined) {
    const why =
      gate === undefined ? "has not begun" : gate.state === "closed" ? "is over" : "has not passed its gate";
    terminal.words(`Nothing to monitor: ${phase} ${why}.`);
    return EXIT.done;
  }
  rolloutFolder(directory, stack).make();
  const file = join(directory, ".rollout", stack, "monitor.json");
  const kept = readKept(file);
  const lastAt = kept.lastAt === undefined ? undefined : new Date(kept.lastAt);
  if (atOnce !== true && !isDue(new Date(gate.passedAt), lastAt, desk.now())) {
    terminal.words(`No look is due; the last one was at ${kept.lastAt ?? "no time"}.`);
    return EXIT.done;
  }
  const report = await look();
  const ill = illOf(report.rows);
  const changes = changesOf(kept.ill ?? {}, ill);
  keepLook(directory, stack, report, kept.rows);
  writeFileSync(file, JSON.stringify({ lastAt: report.at, ill, rows: report.rows }));
  for (const change of changes) terminal.data(change);
  if (changes.length > 0) {
    await desk.tellTeam(config, engine, [`${stack}, monitoring:`, ...changes].join("\n"), (line) => {
      terminal.words(line);
    });
  }
  const names = Object.keys(ill);
  terminal.words(names.length === 0 ? "All is well." : `Not well: ${names.join(", ")}.`);
  return names.length === 0 ? EXIT.done : EXIT.act;
}

function readKept(file: string): Kept {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Kept;
  } catch {
    return {};
  }
}
