import pc from "picocolors";

import { showPercent } from "../../../components/probes/latency/error-rate";
import { rowTable } from "../draw-rows";
import type { History } from "./history";
import { timeText } from "../look/ports";
import { isWell, type Row } from "../row";
import { trend } from "./trend";

export interface Picture {
  /** The stack, or what stands for it. */
  title: string;
  rows: readonly Row[];
  notes: readonly string[];
  history: Pick<History, "figures">;
}

/** What is shown at the least, from the fullest picture to the one of the lowest window. */
const CHOICES: ((row: Row) => boolean)[] = [
  () => true,
  (row) => row.kind !== "flag" || !isWell(row),
  (row) => row.kind === "endpoint" || row.kind === "page" || !isWell(row),
  (row) => !isWell(row),
];

/** What a window of this size shows while it is watched. Where it is too low, rows that are well go first, and it is said. */
export function drawPicture(
  picture: Picture,
  { columns, rows: height }: { columns: number; rows: number },
): string {
  let lines: string[] = [];
  let hidden = 0;
  for (const isShown of CHOICES) {
    const shown = picture.rows.filter(isShown);
    hidden = picture.rows.length - shown.length;
    lines = draw(picture, shown, columns);
    if (lines.length + (hidden === 0 ? 0 : 1) <= height) break;
  }
  const over = lines.length + (hidden === 0 ? 0 : 1) - height;
  if (hidden === 0 && over <= 0) return lines.join("\n");
  const left = [
    ...(hidden > 0 ? [`${hidden} of ${picture.rows.length} rows, which are well`] : []),
    ...(over > 0 ? [`the last lines`] : []),
  ];
  const notice = `Not shown, as the window is too low: ${left.join("; ")}.`;
  return [...lines.slice(0, height - 1), pc.dim(clipped(notice, columns))].join("\n");
}

function draw({ title, notes, history }: Picture, rows: readonly Row[], columns: number): string[] {
  const table =
    rows.length === 0
      ? []
      : [rowTable(rows, columns, (row, width) => trendLine(row, history.figures(row), width))];
  const said = notes.flatMap((note) => note.split("\n")).map((line) => pc.yellow(clipped(line, columns)));
  return [pc.bold(clipped(title, columns)), ...table, ...said].join("\n").split("\n");
}

function clipped(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}

const LEAST_BARS = 8;

/** " up to 1234 ms" */
const ROOM_FOR_MOST = 14;

/** Bars, and what the highest one means; undefined where nothing was ever measured, or a single look has no course. */
function trendLine(row: Row, figures: readonly (number | null)[], width: number): string | undefined {
  if (figures.length < 2 || figures.every((figure) => figure === null)) return undefined;
  if (row.kind === "error-rate" && figures.every((figure) => (figure ?? 0) === 0)) return undefined;
  const bars = Math.max(LEAST_BARS, width - ROOM_FOR_MOST);
  const most = Math.max(...figures.slice(-bars).map((figure) => figure ?? 0));
  return `${trend(figures, bars)} up to ${row.kind === "error-rate" ? showPercent(most) : timeText(most)}`;
}
