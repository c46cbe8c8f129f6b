import pc from "picocolors";
import stringWidth from "string-width";

import { cutLine } from "../../shared/cut-line";
import { commandText } from "../../shared/next-command";
import { phaseLines } from "../../shared/phase-line";
import { durationText, endText } from "../../status/times";
import type { Outlook } from "../read/outlook";
import type { VerifyReport } from "../report";
import { fullName, isWell, type Row } from "../row";
import type { Change } from "./changes";
import { clockText, changeText } from "./change-lines";
import type { History } from "./history";
import { rowLines } from "./row-lines";

export interface Picture {
  /** The newest look. */
  report: Pick<VerifyReport, "stack" | "at" | "rows" | "endpoints" | "notes">;
  timeZone: string;
  round: number;
  everySeconds: number;
  /** Absent where state was not read. */
  outlook?: Outlook | undefined;
  history: Pick<History, "figures">;
  /** Oldest first. */
  changes: readonly Change[];
  /** Services that do not answer now, by the beats since the look: since when. */
  down: readonly { service: string; since: string }[];
}

export interface Size {
  columns: number;
  rows: number;
}

/** Of the log so many changes are shown at the least, where there are as many. */
const LEAST_CHANGES = 3;

/** What is left out first where the window is too low: rows that are well, and among them what has no course. */
const CHOICES: ((row: Row) => boolean)[] = [
  () => true,
  (row) => row.kind === "health" || row.kind === "endpoint" || row.kind === "page" || !isWell(row),
  (row) => row.kind === "health" || row.kind === "endpoint" || !isWell(row),
  (row) => !isWell(row),
];

/**
 * What a window of this size shows while it is watched: the verdict and the way back, the phases, what was seen, the log of
 * changes. Nothing is wider or higher than the window; what is left out is said.
 */
export function drawPicture(picture: Picture, { columns, rows: height }: Size): string {
  const { report, changes } = picture;
  const head = [verdictLine(picture, columns), ...phaseHead(picture, columns)];
  const notes = report.notes
    .flatMap((note) => note.split("\n"))
    .map((note) => pc.yellow(cutLine(`Note: ${note}`, columns)));
  const title = dim(titleOf(picture), columns);
  const newest = [...changes].reverse().map((change) => cutLine(changeText(change, picture), columns));
  let body: string[] = [];
  let hidden = 0;
  for (const isShown of CHOICES) {
    const shown = report.rows.filter(isShown);
    hidden = report.rows.length - shown.length;
    body = rowLines(shown, { ...picture, columns });
    const log = newest.length === 0 ? 0 : Math.min(newest.length, LEAST_CHANGES) + 1;
    if (head.length + body.length + notes.length + log + (hidden > 0 ? 1 : 0) + 1 <= height) break;
  }
  const left = hidden > 0 ? [dim(hiddenText(hidden, report.rows.length), columns)] : [];
  const fixed = [...head, ...body, ...left, ...notes];
  const room = height - fixed.length - 1;
  const log =
    room < 2 || newest.length === 0 ? [] : ["Changes, the newest first:", ...newest.slice(0, room - 1)];
  const lines = [...fixed.slice(0, Math.max(1, height - 1)), ...log, title];
  return lines.slice(0, height).join("\n");
}

/** What stands there before anything is known. */
export function firstPicture(columns: number): string {
  return cutLine("Looks for the first time … Ctrl-C ends", columns);
}

/** Verdict at the left, the way back at the right: where there is no room for both, the verdict is cut. */
export function verdictLine(
  picture: Pick<Picture, "report" | "down">,
  columns: number,
  /** What a system that is well is besides. */
  besides = "",
): string {
  const { stack } = picture.report;
  const found = verdictText(picture);
  const isIll = found !== WELL;
  const verdict = isIll ? found : `${WELL}${besides}`;
  const back = stack === null ? "" : `  back: ${commandText("rollback", stack, "--full")}`;
  const room = columns - stringWidth(back);
  const said = stringWidth(verdict) <= room ? verdict : cutLine(verdict, Math.max(8, room));
  const colour = isIll ? pc.red : pc.green;
  return `${pc.bold(colour(said))}${pc.dim(back)}`;
}

const WELL = "WELL";

function verdictText({ report, down }: Pick<Picture, "report" | "down">): string {
  const silent = down.map(({ service }) => service);
  const ill = report.rows.filter(
    (row) => !isWell(row) && !(row.kind === "health" && silent.includes(row.service ?? "")),
  );
  const names = [...silent.map((service) => `${service} is down`), ...ill.map(fullName)];
  const [first] = names;
  if (first === undefined) return WELL;
  return `NOT WELL: ${first}${names.length > 1 ? ` and ${names.length - 1} more` : ""}`;
}

/** The phases, what is left of the soak, and the earliest next step. */
function phaseHead({ outlook, report, timeZone }: Picture, columns: number): string[] {
  if (outlook === undefined) return [];
  const now = { at: report.at, timeZone };
  return [...phaseLines(outlook.steps, columns, now), cutLine(nextText(outlook, now), columns)];
}

/** "api soaks for 8m48s more; ui may begin at 22:41, if all stays well; before: x is not signed off" */
function nextText(
  { phase, next, soaksUntil, earliest, waitsFor }: Outlook,
  now: { at: string; timeZone: string },
): string {
  if (phase === null) return `nothing is deployed yet; ${next ?? ""} comes first`;
  if (next === null) return "the rollout is complete";
  const soak =
    soaksUntil === null
      ? []
      : [
          `${phase} soaks for ${durationText((Date.parse(soaksUntil) - Date.parse(now.at)) / 1000, "up")} more`,
        ];
  const when = earliest === null ? "may begin" : `may begin at ${endText(earliest, now)}`;
  const open = waitsFor.length > 0 ? [`before: ${waitsFor.join(", ")}`] : [];
  return [...soak, `${next} ${when}${earliest === null ? "" : ", if all stays well"}`, ...open].join("; ");
}

function titleOf({ report, timeZone, round, everySeconds }: Picture): string {
  const name = report.stack ?? "the system";
  return `${name} at ${clockText(report.at, timeZone)} ${timeZone}, look ${round}, every ${everySeconds} s; Ctrl-C ends`;
}

function hiddenText(hidden: number, all: number): string {
  return `Not shown, as the window is too low: ${hidden} of ${all} rows, which are well.`;
}

function dim(text: string, columns: number): string {
  return pc.dim(cutLine(text, columns));
}
