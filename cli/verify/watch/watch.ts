import { untilInterrupted } from "../../shared/interrupts";
import type { Terminal } from "../../shared/terminal";
import { look } from "../look/look";
import type { LookPorts } from "../look/ports";
import { reportOf, type VerifyReport } from "../report";
import { fullName, isWell } from "../row";
import type { ReadSystem, System } from "../system";
import { changeText, clockText } from "./change-lines";
import { createChangeLog, type Change, type ChangeLog } from "./changes";
import { createHistory, type History } from "./history";
import type { KeptClock, KeptWatch } from "./kept";
import { drawPicture, firstPicture, verdictLine, type Picture } from "./picture";
import { keepPulse, type PulsePorts } from "./pulse";
import { rowLines } from "./row-lines";
import type { Screen } from "./screen";
import { createSilence } from "./silence";

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
  /** The log that outlives the watch; undefined where there is no stack to keep it for. */
  openKept?: (clock: KeptClock) => KeptWatch | undefined;
}

export interface WatchPorts extends LookPorts {
  /** How the pulse waits between two beats; without it a service is asked in looks alone. */
  pulse?: Pick<PulsePorts, "sleep" | "asleep">;
}

/** Nothing asked for so long is a gap, where a service is asked each second: milliseconds. */
const QUIET_MS = 60_000;

/** Requests of a look have at least so long, however often it is to look: milliseconds. */
const LEAST_SAMPLING_MS = 5_000;

/**
 * Looks again and again until it is interrupted, and shows the newest look, the course of what it measures and a log of what
 * changed. Between the looks it asks each service's health once a second. Everything is read anew each time: it runs beside the
 * rollout that it watches. It is also what makes traffic while a phase soaks, at times at which there are no users.
 * @returns whether every look was well and no service was down meanwhile; undefined where it was interrupted before the first.
 */
export async function watch(
  read: ReadSystem,
  { everySeconds, samples, rounds = Infinity, json }: Watch,
  { terminal, screen, redact, openKept = () => undefined }: Viewer,
  ports: WatchPorts,
): Promise<boolean | undefined> {
  const samplingMs = Math.min(ports.patience.samplingMs, Math.max(LEAST_SAMPLING_MS, everySeconds * 1000));
  const patient = { ...ports, patience: { ...ports.patience, samplingMs } };
  /** Ends the pulse with the watch, whatever ends that. */
  const end = new AbortController();
  let system: System | undefined;
  let last: VerifyReport | undefined;
  let began: Began | undefined;
  let round = 0;
  let well = true;
  /** Said by beats since the look before. */
  let fresh: Change[] = [];
  /** Notes of the look before; they are said again only when they have changed. */
  let notes: readonly string[] = [];
  const silence = createSilence(
    ports.elapsed,
    QUIET_MS + (ports.pulse === undefined ? everySeconds * 1000 + samplingMs : 0),
  );
  const now = () => new Date(ports.now().getTime() + (system?.clockAheadMs ?? 0));
  const picture = (report: VerifyReport, { history, changes }: Began): Picture => ({
    report,
    ...{ timeZone: zoneOf(system), round, everySeconds, history, outlook: system?.outlook },
    ...{ changes: changes.all(), down: downNow(system, changes) },
  });
  const draw = () => {
    if (screen === undefined) return;
    if (last === undefined || began === undefined) screen.show(firstPicture(screen.columns));
    else screen.show(drawPicture(picture({ ...last, at: now().toISOString() }, began), screen));
  };
  const tell = (changes: readonly Change[]) => {
    if (changes.length === 0) return;
    began?.kept?.keepChanges(changes);
    if (changes.some(({ event }) => event === "down")) well = false;
    fresh.push(...changes);
    if (screen !== undefined || json) return;
    const report = { at: now().toISOString() };
    // What a look made of a row stands in its own line.
    for (const change of changes.filter(({ event }) => ["down", "up", "gap"].includes(event)))
      terminal.data(changeText(change, { timeZone: zoneOf(system), report }));
  };
  try {
    screen?.onResize(draw);
    draw();
    while (round < rounds && !ports.signal.aborted) {
      const beganMs = ports.elapsed();
      const found = await untilInterrupted(ports.signal, lookOnce());
      if (found === undefined) break;
      round += 1;
      last = found;
      if (!found.well) well = false;
      draw();
      if (screen === undefined) tellLook(found);
      fresh = [];
      notes = found.notes;
      const restMs = everySeconds * 1000 - (ports.elapsed() - beganMs);
      if (restMs > 0 && round < rounds) await ports.sleep(restMs, ports.signal);
    }
  } finally {
    end.abort();
    screen?.close();
  }
  if (last === undefined || began === undefined) return undefined;
  if (screen !== undefined) leaveBehind(last, began, screen.columns);
  return well;

  async function lookOnce(): Promise<VerifyReport> {
    silence.notice(now());
    system = await read();
    began ??= begin();
    const { history, changes } = began;
    // Only now it is known what time it is on Render: a machine's clock that was set is no gap.
    const gap = silence.judge(now());
    if (gap !== undefined) tell(changes.gap(gap.from, gap.to, whyQuiet(system)));
    const found = await look(system, { samples, earlier: history.samples() }, patient);
    history.add(found);
    const report = reportOf(system, found, now(), redact);
    silence.asked(now());
    tell(changes.look(new Date(report.at), report.rows, found.samples, ports.pulse === undefined));
    began.kept?.keepLook(report);
    return report;
  }

  /** What needs to know the system's clock: earlier watches' changes, and the pulse. */
  function begin(): Began {
    const kept = openKept({ now: now(), onRender: system?.clockAheadMs !== undefined });
    const changes = createChangeLog(kept?.changes);
    const { pulse } = ports;
    if (pulse !== undefined) {
      const beat = (each: Parameters<ChangeLog["beat"]>[0]) => {
        const trouble = each.trouble === undefined ? {} : { trouble: redact(each.trouble) };
        tell(changes.beat({ ...each, ...trouble }));
        draw();
      };
      const signal = AbortSignal.any([ports.signal, end.signal]);
      const { probe, patience, elapsed } = ports;
      const onAsked = () => {
        silence.notice(now());
        silence.asked(now());
      };
      const listeners = { onBeat: beat, onAsked };
      void keepPulse(() => system?.services ?? [], listeners, {
        ...{ probe, now, signal, elapsed, timeoutMs: patience.healthMs, ...pulse },
      });
    }
    return { kept, changes, earlier: changes.all().length, history: createHistory(kept?.figures) };
  }

  function tellLook(report: VerifyReport): void {
    if (json) {
      terminal.data(JSON.stringify({ ...report, changes: fresh, outlook: system?.outlook ?? null }));
      return;
    }
    for (const note of report.notes.filter((each) => !notes.includes(each))) terminal.words(`Note: ${note}`);
    terminal.data(lineOf(report, zoneOf(system)));
  }

  /** The window is given back; what was seen stays to be read. */
  function leaveBehind(report: VerifyReport, parts: Began, columns: number): void {
    const shown = picture(report, parts);
    const changes = parts.changes.all().slice(parts.earlier);
    terminal.data(rowLines(report.rows, { ...shown, columns }).join("\n"));
    terminal.data(
      changes.length === 0
        ? "Nothing changed while it watched."
        : ["Changes while it watched:", ...changes.map((each) => `  ${changeText(each, shown)}`)].join("\n"),
    );
    terminal.data(verdictLine(shown, columns, well ? "" : ", now"));
  }
}

interface Began {
  kept: KeptWatch | undefined;
  changes: ChangeLog;
  /** So many of them are of earlier watches. */
  earlier: number;
  history: History;
}

function downNow(system: System | undefined, changes: ChangeLog): Picture["down"] {
  return (system?.services ?? []).flatMap(({ name }) => {
    const since = changes.downSince(name);
    return since === undefined ? [] : [{ service: name, since }];
  });
}

function zoneOf(system: System | undefined): string {
  return system?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function lineOf(report: VerifyReport, timeZone: string): string {
  const ill = report.rows.filter((row) => !isWell(row));
  const found = ill.map((row) => `${fullName(row)}: ${row.verdict}: ${row.seen}`).join("; ");
  return `${clockText(report.at, timeZone)} ${ill.length === 0 ? "well" : found}`;
}

function whyQuiet({ clockAheadMs }: System): string {
  const why = "this machine slept, or the watch was stopped";
  return clockAheadMs === undefined ? `${why}, or its clock was set (Render's could not be asked)` : why;
}
