import pc from "picocolors";
import stringWidth from "string-width";

import type { Verdict } from "../../../components/probes/verdict";
import { timeText } from "../look/ports";
import type { VerifyReport } from "../report";
import { isWell, rowName, type Row } from "../row";
import type { History } from "./history";
import { trend } from "./trend";

export interface RowContext {
  report: Pick<VerifyReport, "endpoints">;
  history: Pick<History, "figures">;
  columns: number;
}

/** What is not well is told in so many lines at the most. */
const MOST_LINES = 2;
const INDENT = "  ";
const [LEAST_BARS, MOST_BARS] = [8, 60];

/** What was seen, a line a row, under a line for each service; flags that are all as declared are one line. */
export function rowLines(rows: readonly Row[], context: RowContext): string[] {
  const services = [...new Set(rows.map(({ service }) => service))];
  return services.flatMap((service) => {
    const own = rows.filter((row) => row.service === service);
    const health = own.find(({ kind }) => kind === "health");
    const others = own.filter((row) => row !== health);
    const flags = others.filter((row) => row.kind === "flag" && isWell(row));
    const rest = others.filter((row) => !flags.includes(row));
    const width = Math.max(
      0,
      ...rest.filter(({ kind }) => kind === "endpoint").map(({ name }) => (name ?? "").length),
    );
    return [
      ...(service === null ? [] : [headLine(service, health, context)]),
      ...rest.flatMap((row) =>
        service === null ? rowText(row, context, "") : rowText(row, context, INDENT, width),
      ),
      ...(flags.length === 0 ? [] : [`${INDENT}${mark("pass")} ${flagsText(flags)}`]),
    ].map((line) => fitted(line, context.columns));
  });
}

function headLine(service: string, health: Row | undefined, { history, columns }: RowContext): string {
  if (health === undefined) return pc.bold(service);
  const said = `${mark(health.verdict)} ${pc.bold(service)}  ${coloured(health, health.seen)}`;
  return withTrend(said, history.figures(health), columns);
}

function rowText(row: Row, context: RowContext, indent: string, width = 0): string[] {
  if (row.kind === "endpoint") return endpointText(row, context, indent, width);
  const said = isWell(row) ? row.seen : `${row.seen} (wanted: ${row.wanted})`;
  return wrapped(`${indent}${mark(row.verdict)} `, `${rowName(row)}: ${said}`, row, context.columns);
}

/** Its newest figures and their course; where it is not well, why. */
function endpointText(row: Row, context: RowContext, indent: string, width: number): string[] {
  const { history, columns, report } = context;
  const figures = report.endpoints[`${row.service ?? ""} ${row.name ?? ""}`];
  const name = (row.name ?? "").padEnd(width);
  if (figures === undefined)
    return wrapped(`${indent}${mark(row.verdict)} `, `${name}  ${row.seen}`, row, columns);
  const { p50, p95, n, errorRate } = figures;
  const failed = Math.round((errorRate ?? 0) * n);
  const times = `p50 ${timeText(p50).padStart(7)}  p95 ${timeText(p95).padStart(7)}`;
  const said = `${name}  ${times}  ${failed} of ${n} failed`;
  const line = withTrend(
    `${indent}${mark(row.verdict)} ${coloured(row, said)}`,
    history.figures(row),
    columns,
  );
  if (isWell(row)) return [line];
  return [line, ...wrapped(`${indent}    `, row.seen, row, columns)];
}

function flagsText(flags: readonly Row[]): string {
  const on = flags.filter(({ seen }) => /^declared on\b/.test(seen)).length;
  const known = flags.every(({ verdict }) => verdict === "pass");
  const count = `${flags.length} flag${flags.length === 1 ? "" : "s"}`;
  return `${count} as declared${known ? `: ${on} on, ${flags.length - on} off` : ""}`;
}

/** Bars at the line's end, as many as there is room for; none where nothing has a course yet. */
function withTrend(line: string, figures: readonly (number | null)[], columns: number): string {
  const room = columns - stringWidth(line) - 2;
  if (figures.length < 2 || figures.every((figure) => figure === null) || room < LEAST_BARS) return line;
  return `${line}  ${pc.dim(trend(figures, Math.min(room, MOST_BARS)))}`;
}

function wrapped(head: string, text: string, row: Row, columns: number): string[] {
  const indent = " ".repeat(stringWidth(head) + 2);
  const lines: string[] = [];
  let rest = text.replaceAll("\n", " ");
  let width = columns - stringWidth(head);
  const most = isWell(row) ? 1 : MOST_LINES;
  while (stringWidth(rest) > width && lines.length < most - 1) {
    const blank = rest.lastIndexOf(" ", width);
    const end = blank > 0 ? blank : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
    width = columns - indent.length;
  }
  const last = stringWidth(rest) > width ? `${rest.slice(0, width - 1)}…` : rest;
  return [...lines, last].map((line, index) => `${index === 0 ? head : indent}${coloured(row, line)}`);
}

/** Colours count for nothing; a line that is too wide all the same is cut by the terminal. */
function fitted(line: string, columns: number): string {
  if (stringWidth(line) <= columns) return line;
  return `${line.slice(0, columns - 1)}…`;
}

function coloured(row: Row, text: string): string {
  if (isWell(row)) return text;
  return row.verdict === "fail" ? pc.red(text) : pc.yellow(text);
}

function mark(verdict: Verdict): string {
  switch (verdict) {
    case "pass":
      return pc.green("✓");
    case "fail":
      return pc.red("✗");
    case "warn":
    case "could-not-measure":
      return pc.yellow("!");
    default:
      return pc.dim("·");
  }
}
