import pc from "picocolors";

import type { Terminal } from "../shared/terminal";
import { table } from "../shared/table";
import { look, type Look, type LookPorts } from "./look";
import { isWell, rowTable } from "./row";
import type { System } from "./system";
import { trend } from "./trend";

export interface Watch {
  everySeconds: number;
  /** Of each endpoint, each time. */
  samples: number;
  /** Ends by itself after so many looks; by Ctrl-C otherwise. */
  rounds?: number;
}

/** Rounds that a trend shows. */
const KEPT = 60;

/**
 * Looks again and again until it is interrupted, and shows the newest look with the trends of response times and errors.
 * It is also what makes traffic while a phase soaks, at times at which there are no users.
 * @returns whether the last look was well.
 */
export async function watch(
  system: System,
  terminal: Terminal,
  options: Watch,
  ports: LookPorts,
): Promise<boolean> {
  const seen = new Map<string, { p95: (number | null)[]; errors: (number | null)[] }>();
  let well = true;
  for (let round = 1; !ports.signal.aborted && round <= (options.rounds ?? Infinity); round++) {
    const began = ports.elapsed();
    const found = await look(system, options.samples, ports);
    if (isAborted(ports.signal)) break;
    well = isWell(found.rows);
    remember(seen, found);
    show(system, terminal, found, seen, ports.now());
    const restMs = options.everySeconds * 1000 - (ports.elapsed() - began);
    if (restMs > 0 && round !== options.rounds) await ports.sleep(restMs, ports.signal);
  }
  return well;
}

function remember(
  seen: Map<string, { p95: (number | null)[]; errors: (number | null)[] }>,
  { endpoints }: Look,
): void {
  for (const id of new Set([...seen.keys(), ...Object.keys(endpoints)])) {
    const own = seen.get(id) ?? { p95: [], errors: [] };
    const summary = endpoints[id];
    own.p95 = [...own.p95, summary?.p95 ?? null].slice(-KEPT);
    own.errors = [...own.errors, summary?.errorRate ?? null].slice(-KEPT);
    seen.set(id, own);
  }
}

function show(
  { stack, baseline }: System,
  terminal: Terminal,
  { rows, endpoints }: Look,
  seen: ReadonlyMap<string, { p95: (number | null)[]; errors: (number | null)[] }>,
  now: Date,
): void {
  const clock = `${now.toISOString().slice(11, 19)}Z`;
  if (!terminal.interactive) {
    const ill = rows.filter(({ verdict }) => !isWell([{ check: "", verdict, seen: "", threshold: "" }]));
    terminal.data(
      `${clock} ${ill.length === 0 ? "well" : ill.map(({ check, verdict, seen: text }) => `${check}: ${verdict}: ${text}`).join("; ")}`,
    );
    return;
  }
  const trends = [...seen].map(([id, { p95, errors }]) => [
    id,
    ms(endpoints[id]?.p95),
    trend(p95),
    ms(baseline?.endpoints[id]?.p95),
    trend(errors, 20),
  ]);
  // Clears the screen: the table stays in its place while it is watched.
  terminal.data(
    [
      `\u001B[2J\u001B[H${pc.bold(stack ?? "the system")} at ${clock}; Ctrl-C ends`,
      rowTable(rows),
      ...(trends.length === 0 ? [] : [table(["endpoint", "p95", "trend", "baseline p95", "errors"], trends)]),
    ].join("\n"),
  );
}

function ms(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : `${Math.round(value)} ms`;
}

/** A call, as the compiler would otherwise carry an earlier answer over the `await`. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
