import pc from "picocolors";

import { shortName } from "../../components/config/sources/read-sources";
import { RolloutError } from "../../components/errors";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { untilInterrupted } from "../shared/interrupts";
import { commandText } from "../shared/next-command";
import { wayBack } from "../shared/way-back";
import { rowTable } from "./draw-rows";
import { look, type Look } from "./look/look";
import { openedPageRows } from "./look/opened-page-rows";
import type { OpenPages } from "../shared/open-pages";
import { requireSense, USUAL, type VerifyOptions } from "./options";
import { openSystem } from "./read/open-system";
import { reportOf, type VerifyReport } from "./report";
import { fullName, isWell, type Row } from "./row";
import type { OpenDatabase } from "../shared/shown-migrations";
import type { OpenRender } from "../shared/render-access";
import { openKeptWatch, type KeptClock } from "./watch/kept";
import type { Screen } from "./watch/screen";
import { watch, type WatchPorts } from "./watch/watch";

export interface VerifyPorts extends Omit<WatchPorts, "signal"> {
  /** The window to watch in; undefined where there is none. */
  openScreen(): Screen | undefined;
  openDatabase: OpenDatabase;
  openPages: OpenPages;
  /** Columns of the terminal that data goes to; undefined where it goes elsewhere. */
  columns: number | undefined;
}

/** Looks at the running system and changes nothing. Exit code 0: nothing is wrong; 1: the operator must act. */
export async function verify(
  desk: Desk,
  openRender: OpenRender,
  ports: VerifyPorts,
  options: VerifyOptions,
): Promise<ExitCode> {
  requireSense(options);
  const { terminal, interrupts } = desk;
  const { signal } = interrupts;
  const looking = { ...ports, signal };
  const opened = requireWhole(await untilInterrupted(signal, openSystem(desk, openRender, options, ports)));
  const { read, redact } = opened;
  const json = options.json === true;
  if (options.watch === true) {
    const { everySeconds, watchedSamples } = USUAL;
    const { every = everySeconds, samples = watchedSamples, rounds } = options;
    const plan = { everySeconds: every, samples, json, ...(rounds === undefined ? {} : { rounds }) };
    const { stack } = options;
    const openKept = (clock: KeptClock) =>
      stack === undefined ? undefined : openKeptWatch(desk.directory, shortName(stack), clock);
    const screen = json ? undefined : ports.openScreen();
    const well = requireWhole(await watch(read, plan, { terminal, screen, redact, openKept }, looking));
    return well ? EXIT.done : EXIT.act;
  }
  const once = async () => {
    const system = await read();
    const names = system.services.map(({ name }) => name).join(" and ");
    // It takes a while, and somebody waits.
    if (terminal.interactive && !json) terminal.words(pc.dim(`Looks at ${names} …`));
    const found = await look(system, { samples: options.samples ?? USUAL.samples }, looking);
    // Once, and not in each look of a watch: a browser that starts would colour what is measured beside it.
    const pages = await openedPageRows(system, ports.openPages, ports.now());
    return reportOf(system, withPages(found, pages), ports.now(), redact);
  };
  const report = requireWhole(await untilInterrupted(signal, once()));
  terminal.data(json ? JSON.stringify(report, undefined, 2) : rowTable(report.rows, ports.columns));
  for (const line of wordsOn(report)) terminal.words(line);
  return report.well ? EXIT.done : EXIT.act;
}

/** Each page behind the rows of its service, which are told together. */
function withPages(found: Look, pages: readonly Row[]): Look {
  const rows = [...found.rows];
  for (const page of pages) {
    const last = rows.findLastIndex(({ service }) => service === page.service);
    rows.splice(last < 0 ? rows.length : last + 1, 0, page);
  }
  return { ...found, rows };
}

/** @throws RolloutError INTERRUPTED */
function requireWhole<T>(found: T | undefined): T {
  if (found !== undefined) return found;
  throw new RolloutError("INTERRUPTED", "stopped before everything was looked at; nothing was changed.");
}

function wordsOn({ stack, rows, notes, well }: VerifyReport): string[] {
  const unknown = rows.filter((row) => isWell(row) && row.verdict !== "pass");
  const ill = rows.filter((row) => !isWell(row));
  return [
    ...notes.map((note) => pc.yellow(`Note: ${note}`)),
    ...(well
      ? [
          unknown.length === 0
            ? pc.green("Everything is well.")
            : `${pc.green("Nothing is wrong.")} Not known: ${namesOf(unknown)}.`,
          ...(stack === null ? [] : [wayBack(stack)]),
        ]
      : [pc.red(`Look at: ${namesOf(ill)}.`), ...waysOn(stack, ill)]),
  ];
}

/** Many flags are one thing here: the table has their names. */
function namesOf(rows: readonly Row[]): string {
  const flags = rows.filter(({ kind }) => kind === "flag");
  const shown = flags.length > 2 ? rows.filter(({ kind }) => kind !== "flag") : rows;
  const names = shown.map((row) => fullName(row));
  return [...names, ...(flags.length > 2 ? [`${flags.length} flags`] : [])].join(", ");
}

function waysOn(stack: string | null, ill: readonly Row[]): string[] {
  if (stack === null) return ["Next: the services' logs on Render say more."];
  if (ill.every(({ verdict }) => verdict === "could-not-measure"))
    return [
      "Next: mend what kept it from measuring, and run it again; nothing is known to be wrong.",
      wayBack(stack),
    ];
  const onlyFlags = ill.every(({ kind }) => kind === "flag");
  return [
    onlyFlags
      ? `Next: \`${commandText("drift", stack)}\` says whether somebody changed a flag by hand; \`${commandText("status", stack)}\` whether an update is due.`
      : `Next: \`${commandText("status", stack)}\` says where the rollout stands.`,
    wayBack(stack),
  ];
}
