import { plainLine } from "../../components/plain-text";
import { lengthText, momentText } from "../log/times";
import { escapeMarkdown } from "../shared/escape-markdown";
import { plannedCharts } from "./charts/draw-charts";
import { checkWords, CRITERION_WORDS, PHASE_WORDS, ROW_WORDS, STANDING_WORDS, type Said } from "./html/words";
import type { ReportModel } from "./model/report-model";

/** Rows that a chart's table has at the most here; the HTML report has them all. */
const MOST_ROWS = 24;

/** The same report as Markdown, with tables where the other has charts. */
export function reportMarkdown(model: ReportModel): string {
  const { standing, timeZone, stack, project, notes, gaps } = model;
  const moment = (iso: string | null) => (iso === null ? "–" : momentText(iso, timeZone));
  const end = standing.endedAt ?? model.madeAt;
  const length =
    standing.startedAt === null
      ? "–"
      : lengthText(Math.max(0, (Date.parse(end) - Date.parse(standing.startedAt)) / 1000));
  const yes = (value: boolean | null) => (value === null ? "not known" : value ? "yes" : "no");
  return [
    `# Rollout report: ${inline(stack)}`,
    `${inline(project)}. **${words(STANDING_WORDS[standing.state])}**: ${inline(standing.sentence)}`,
    table(
      ["Started", standing.endedAt === null ? "Not ended; as of" : "Ended", "Duration", "By"],
      [[moment(standing.startedAt), moment(end), length, standing.by.join(", ") || "not recorded"]],
    ),
    "## Success criteria",
    table(
      ["Criterion", "Verdict", "Evidence"],
      model.criteria.map(({ claim, verdict, evidence }) => [
        claim,
        words(CRITERION_WORDS[verdict]),
        evidence,
      ]),
    ),
    "## Phases",
    table(
      ["Phase", "State", "Gate passed", "Soak", "To look into"],
      model.phases.map(({ name, state, passedAt, soakSeconds, notable, overridden }) => [
        name,
        PHASE_WORDS[state],
        moment(passedAt),
        soakSeconds === 0 ? "–" : lengthText(soakSeconds),
        [...notable, ...(overridden === null ? [] : [`overridden: ${overridden}`])].join("; ") || "nothing",
      ]),
    ),
    "## Before and after",
    table(
      ["What", "Baseline", "After", "Change", "Limit", "Verdict", "From"],
      model.comparison.map((row) => [
        row.what,
        row.baseline,
        row.after,
        row.change,
        row.limit,
        words(ROW_WORDS[row.verdict]),
        row.source,
      ]),
    ),
    "## Response times and errors",
    ...plannedCharts(model).flatMap(({ title, about, head, rows }) => [
      `### ${inline(title)}`,
      inline(about),
      table(head, rows.slice(0, MOST_ROWS)),
      ...(rows.length > MOST_ROWS ? [`${rows.length - MOST_ROWS} more rows stand in the HTML report.`] : []),
    ]),
    ...(model.pages.length === 0
      ? []
      : [
          "## Pages in a browser",
          table(
            ["Page", "Verdict", "Seen", "Times", "From"],
            model.pages.map(({ id, verdict, summary, times, gate }) => [
              id,
              words(checkWords(verdict)),
              summary,
              times === "" ? "not measured" : times,
              `gate of ${gate}`,
            ]),
          ),
        ]),
    "## Feature flags",
    table(
      ["Flag", "For", "Phase", "Enabled", "Verified", "Issues"],
      model.flags.map(({ key, purpose, phase, enabled, held, verified, verifiedBy, issues }) => [
        key,
        purpose,
        phase,
        `${yes(enabled)}${held ? ", held back" : ""}`,
        `${verified === "unknown" ? "not known" : verified} (${verifiedBy})`,
        issues.join("; ") || "none",
      ]),
    ),
    "## Migrations",
    table(
      ["Migration", "At the beginning", "Now", "A rollback of it"],
      model.migrations.map(({ id, before, now, kept, rollbackRisk, rollbackLoses }) => [
        id,
        `applied: ${yes(before)}`,
        `applied: ${yes(now)}${kept ? ", kept" : ""}`,
        `${rollbackRisk} risk: ${rollbackLoses}`,
      ]),
    ),
    "## Incidents",
    model.incidents.length === 0
      ? "None is known."
      : table(
          ["What", "Began", "Lasted", "Kind", "Known from"],
          model.incidents.map(({ what, startedAt, seconds, critical, source }) => [
            what,
            moment(startedAt),
            seconds === null ? "its end was not seen" : lengthText(seconds),
            critical ? "critical" : "not critical",
            source,
          ]),
        ),
    "## Rollbacks",
    model.rollbacks.length === 0
      ? "There was none."
      : table(
          ["Update", "Began", "By", "Reason", "Scope", "Took", "Result"],
          model.rollbacks.map(({ update, from, to, at, by, reason, scope, seconds, result }) => [
            `${update}: ${from ?? "?"} → ${to ?? "?"}`,
            moment(at),
            by ?? "not recorded",
            reason,
            scope,
            seconds === null ? "not ended" : lengthText(seconds),
            result,
          ]),
        ),
    "## Timeline",
    table(
      [`When (${timeZone})`, "What", "By", "Because"],
      model.timeline.map(({ at, text, by, because }) => [moment(at), text, by ?? "", because ?? ""]),
    ),
    ...notes.sections.flatMap(({ title, markdown, filled }) => [
      `## ${inline(title)}`,
      filled || markdown !== "" ? markdown : "_To be filled in._",
    ]),
    "## What this report does not know",
    gaps.length === 0
      ? "Nothing that it should know: of every update the evidence was kept."
      : gaps.map((gap) => `- ${inline(gap)}`).join("\n"),
    `_Made on ${moment(model.madeAt)} (${timeZone}). Times are on Render's clock._`,
  ]
    .join("\n\n")
    .concat("\n");
}

function words({ mark, text }: Said): string {
  return `${mark} ${text}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inline).join(" | ")} |`;
  return [line(head), `|${head.map(() => " --- |").join("")}`, ...rows.map(line)].join("\n");
}

/** Text from outside on one line, of which Markdown takes nothing for its own. */
function inline(text: string): string {
  return escapeMarkdown(plainLine(text));
}
