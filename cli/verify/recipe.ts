import pc from "picocolors";

import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { look, type LookPorts } from "./look";
import { isWell, rowTable } from "./row";
import { readSystem, type OpenRender, type Where } from "./system";
import { watch } from "./watch";

export interface VerifyOptions extends Where {
  samples: number;
  json?: boolean;
  watch?: boolean;
  every: number;
  /** Ends watching after so many looks. */
  rounds?: number;
}

/** Samples of each endpoint in one look while watching: few, as they add up. */
const WATCHED_SAMPLES = 5;

/** Looks at the running system and changes nothing. Exit code 0: well; 1: the operator must act. */
export async function verify(
  desk: Desk,
  openRender: OpenRender,
  ports: Omit<LookPorts, "signal">,
  options: VerifyOptions,
): Promise<ExitCode> {
  const { terminal, interrupts } = desk;
  const system = await readSystem(desk, openRender, options);
  for (const note of system.notes) terminal.words(pc.yellow(note));
  const all = { ...ports, signal: interrupts.signal };
  if (options.watch === true) {
    const rounds = options.rounds === undefined ? {} : { rounds: options.rounds };
    const well = await watch(
      system,
      terminal,
      { everySeconds: options.every, samples: WATCHED_SAMPLES, ...rounds },
      all,
    );
    return well ? EXIT.done : EXIT.act;
  }
  const { rows, endpoints } = await look(system, options.samples, all);
  const well = isWell(rows);
  if (options.json === true) {
    const figures = Object.fromEntries(
      Object.entries(endpoints).map(([id, { n, p50, p95, p99, errorRate }]) => [
        id,
        { n, p50, p95, p99, errorRate },
      ]),
    );
    const found = {
      stack: system.stack ?? null,
      at: ports.now().toISOString(),
      well,
      rows,
      endpoints: figures,
      notes: system.notes,
    };
    terminal.data(JSON.stringify(found, undefined, 2));
  } else terminal.data(rowTable(rows));
  const ill = rows.filter((row) => !isWell([row]));
  terminal.words(
    well ? pc.green("Everything is well.") : pc.red(`Look at: ${ill.map(({ check }) => check).join(", ")}.`),
  );
  return well ? EXIT.done : EXIT.act;
}
