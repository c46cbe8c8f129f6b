import { untilInterrupted } from "../../shared/interrupts";
import type { Terminal } from "../../shared/terminal";
import { rowTable } from "../draw-rows";
import { createHistory } from "./history";
import { look } from "../look/look";
import { drawPicture } from "./picture";
import type { LookPorts } from "../look/ports";
import { reportOf, type VerifyReport } from "../report";
import { fullName, isWell } from "../row";
import type { Screen } from "./screen";
import type { ReadSystem } from "../system";

export interface Watch {
  everySeconds: number;
  /** Requests to each endpoint in each look. */
  samples: number;
  /** Ends by itself after so many looks; by Ctrl-C otherwise. */
  rounds?: number;
  /** One JSON object a look, each on a line of its own. */
  json: boolean;
}

export interface Viewer {
  terminal: Pick<Terminal, "data" | "words">;
  /** Absent where nobody watches, or a machine does: then each look is a line. */
  screen: Screen | undefined;
  /** Takes secrets out of what was said. */
  redact: (text: string) => string;
  /** Keeps a look, for the report; `before` are the rows of the one before it. */
  keep?: (report: VerifyReport, before: VerifyReport["rows"] | undefined) => void;
}

/** Requests of a look have at least so long, however often it is to look: milliseconds. */
const LEAST_SAMPLING_MS = 5_000;

/**
 * Looks again and again until it is interrupted, and shows the newest look with the trends of what it measures. Everything is
 * read anew each time: it runs beside the rollout that it watches.
 * It is also what makes traffic while a phase soaks, at times at which there are no users.
 * @returns whether the last look was well; undefined where it was interrupted before the first.
 */
export async function watch(
  read: ReadSystem,
  { everySeconds, samples, rounds = Infinity, json }: Watch,
  { terminal, screen, redact, keep = () => undefined }: Viewer,
  ports: LookPorts,
): Promise<boolean | undefined> {
  const history = createHistory();
  const samplingMs = Math.min(ports.patience.samplingMs, Math.max(LEAST_SAMPLING_MS, everySeconds * 1000));
  const patient = { ...ports, patience: { ...ports.patience, samplingMs } };
  let last: VerifyReport | undefined;
  const draw = (round: number) => {
    if (screen === undefined) return;
    const picture = pictureOf(last, round, everySeconds);
    screen.show(drawPicture({ ...picture, history }, screen));
  };
  let round = 0;
  /** Notes of the look before; they are said again only when they have changed. */
  let notes: readonly string[] = [];
  try {
    screen?.onResize(() => {
      draw(round);
    });
    draw(0);
    while (round < rounds && !ports.signal.aborted) {
      const began = ports.elapsed();
      const found = await untilInterrupted(ports.signal, lookOnce());
      if (found === undefined) break;
      round += 1;
      last = found;
      if (screen !== undefined) draw(round);
      else if (json) terminal.data(JSON.stringify(last));
      else {
        for (const note of last.notes.filter((each) => !notes.includes(each)))
          terminal.words(`Note: ${note}`);
        terminal.data(lineOf(last));
      }
      notes = last.notes;
      const restMs = everySeconds * 1000 - (ports.elapsed() - began);
      if (restMs > 0 && round < rounds) await ports.sleep(restMs, ports.signal);
    }
  } finally {
    screen?.close();
  }
  // The window is given back, and the last look stays to be read.
  if (screen !== undefined && last !== undefined) terminal.data(rowTable(last.rows, screen.columns));
  return last?.well;

  async function lookOnce(): Promise<VerifyReport> {
    const system = await read();
    const found = await look(system, { samples, earlier: history.samples() }, patient);
    history.add(found);
    const report = reportOf(system, found, ports.now(), redact);
    keep(report, last?.rows);
    return report;
  }
}

function pictureOf(last: VerifyReport | undefined, round: number, everySeconds: number) {
  const ends = "Ctrl-C ends";
  if (last === undefined) return { title: `Looks for the first time … ${ends}`, rows: [], notes: [] };
  const title = `${last.stack ?? "the system"} at ${clockOf(last)}, look ${round}, every ${everySeconds} s; ${ends}`;
  return { title, rows: last.rows, notes: last.notes };
}

function lineOf(report: VerifyReport): string {
  const ill = report.rows.filter((row) => !isWell(row));
  const found = ill.map((row) => `${fullName(row)}: ${row.verdict}: ${row.seen}`).join("; ");
  return `${clockOf(report)} ${ill.length === 0 ? "well" : found}`;
}

function clockOf({ at }: VerifyReport): string {
  return `${at.slice(11, 19)}Z`;
}
