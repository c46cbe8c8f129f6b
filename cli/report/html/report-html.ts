import MarkdownIt from "markdown-it";

import { lengthText, momentText } from "../../log/times";
import type { DrawnChart } from "../charts/draw-charts";
import type { ReportModel } from "../model/report-model";
import { chartFigure, phaseSteps, pill, tableOf, time, timelineList } from "./parts";
import { html, trusted, type SafeHtml } from "./safe-html";
import { STYLE } from "./style";
import { checkWords, CRITERION_WORDS, ROW_WORDS, STANDING_WORDS } from "./words";

/** Markdown of people, without HTML: what looks like a tag stands there as text. */
const markdown = new MarkdownIt({ html: false, linkify: false });

/** The report as one file: no script, no address outside, everything in it. */
export function reportHtml(
  model: ReportModel,
  charts: readonly DrawnChart[],
  pictures: Readonly<Record<string, string>> = {},
): string {
  const title = `Rollout report: ${model.stack}`;
  const sections = sectionsOf(model, charts, pictures);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <title>${title}</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        ${header(model, title)}
        <nav aria-label="Sections">
          <ul>
            ${sections.map(({ id, nav: name }) => html`<li><a href="#${id}">${name}</a></li>`)}
          </ul>
        </nav>
        <main id="main">
          ${sections.map(
            ({ id, title: name, body }) =>
              html`<section id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${name}</h2>
                ${body}
              </section> `,
          )}
        </main>
        <footer>
          <p>
            Made on ${momentText(model.madeAt, model.timeZone)} (${model.timeZone}) from the stack's history,
            its gates' evidence and the logs beside its files; nothing in it was typed but the notes of
            ${model.notes.file}. Times are on Render's clock.
          </p>
        </footer>
      </body>
    </html> `.text;
}

interface Section {
  id: string;
  /** Its name in the list of sections. */
  nav: string;
  title: string;
  body: SafeHtml;
}

function header({ standing, stack, project, timeZone, madeAt }: ReportModel, title: string): SafeHtml {
  const { startedAt, endedAt, by } = standing;
  const end = endedAt ?? madeAt;
  const length =
    startedAt === null ? "–" : lengthText(Math.max(0, (Date.parse(end) - Date.parse(startedAt)) / 1000));
  return html`<header>
    <h1>${title}</h1>
    <p class="sub">${project}, stack <b>${stack}</b></p>
    <p class="standing">${pill(STANDING_WORDS[standing.state])} <span>${standing.sentence}</span></p>
    <dl class="facts">
      <div>
        <dt>Started</dt>
        <dd>${time(startedAt, timeZone)}</dd>
      </div>
      <div>
        <dt>${endedAt === null ? "Not ended; as of" : "Ended"}</dt>
        <dd>${time(end, timeZone)}</dd>
      </div>
      <div>
        <dt>${endedAt === null ? "So far" : "Duration"}</dt>
        <dd>${length}</dd>
      </div>
      <div>
        <dt>By</dt>
        <dd>${by.length === 0 ? "not recorded" : by.join(", ")}</dd>
      </div>
    </dl>
  </header>`;
}

function sectionsOf(
  model: ReportModel,
  charts: readonly DrawnChart[],
  pictures: Readonly<Record<string, string>>,
): Section[] {
  const { phases, timeline, timeZone, notes, gaps } = model;
  const drawn = charts.map(chartFigure);
  return [
    { id: "criteria", nav: "Criteria", title: "Success criteria", body: criteria(model) },
    { id: "phases", nav: "Phases", title: "Phases", body: phaseSteps(phases, timeZone) },
    { id: "comparison", nav: "Before, after", title: "Before and after", body: comparison(model) },
    {
      id: "charts",
      nav: "Charts",
      title: "Response times and errors",
      body:
        drawn.length === 0
          ? html`<p class="sub">No gate has measured anything yet.</p>`
          : html`<div class="charts">${drawn}</div>
              ${notDrawn(model)}`,
    },
    ...(model.pages.length === 0
      ? []
      : [{ id: "pages", nav: "Pages", title: "Pages in a browser", body: pages(model, pictures) }]),
    { id: "flags", nav: "Flags", title: "Feature flags", body: flags(model) },
    { id: "migrations", nav: "Migrations", title: "Migrations", body: migrations(model) },
    { id: "incidents", nav: "Incidents", title: "Incidents", body: incidents(model) },
    { id: "rollbacks", nav: "Rollbacks", title: "Rollbacks", body: rollbacks(model) },
    { id: "timeline", nav: "Timeline", title: "Timeline", body: timelineList(timeline, timeZone) },
    { id: "notes", nav: "Notes", title: "Lessons, next steps, signatures", body: noteSections(notes) },
    { id: "gaps", nav: "Not known", title: "What this report does not know", body: gapList(gaps) },
  ];
}

function criteria({ criteria: all }: ReportModel): SafeHtml {
  return tableOf(
    "Success criteria",
    [
      { title: "Criterion", cell: ({ claim }) => claim },
      { title: "Verdict", cell: ({ verdict }) => pill(CRITERION_WORDS[verdict]) },
      { title: "Evidence", cell: ({ evidence }) => evidence },
    ],
    all,
  );
}

function comparison({ comparison: rows }: ReportModel): SafeHtml {
  return tableOf(
    "Before and after",
    [
      { title: "What", cell: ({ what }) => what },
      { title: "Baseline", cell: ({ baseline }) => baseline },
      { title: "After", cell: ({ after }) => after },
      { title: "Change", kind: "tight", cell: ({ change }) => change },
      { title: "Limit", cell: ({ limit }) => limit },
      { title: "Verdict", cell: ({ verdict }) => pill(ROW_WORDS[verdict]) },
      { title: "From", cell: ({ source }) => source },
    ],
    rows,
  );
}

function notDrawn({ charts }: ReportModel): SafeHtml | string {
  if (charts.left.length === 0) return "";
  return html`<p class="sub">
    Not drawn, as they changed less: ${charts.left.join(", ")}. Their figures stand in “Before and after”.
  </p>`;
}

function pages({ pages: rows }: ReportModel, pictures: Readonly<Record<string, string>>): SafeHtml {
  return html`${rows.map(({ id, verdict, summary, times, timesVerdict, gate, picture }) => {
    const source = pictures[picture];
    return html`<h3>${id}</h3>
      <p>${pill(checkWords(verdict))} ${summary}</p>
      ${timesVerdict === null ? "" : html`<p>${pill(checkWords(timesVerdict))} ${times}</p>`}
      <p class="sub">As the gate of ${gate} saw it${source === undefined ? "" : ", as on a desk:"}</p>
      ${source === undefined ? "" : html`<img class="page" src="${source}" alt="The page ${id}, as the gate of ${gate} saw it" />`} `;
  })}`;
}

function flags({ flags: rows }: ReportModel): SafeHtml {
  const yes = { mark: "✓", text: "on", tone: "good" } as const;
  const no = { mark: "–", text: "off", tone: "calm" } as const;
  const unknown = { mark: "?", text: "not known", tone: "warn" } as const;
  const verified = {
    yes: { ...yes, text: "yes" },
    no: { mark: "✗", text: "no", tone: "bad" } as const,
    unknown,
  };
  return tableOf(
    "Feature flags",
    [
      { title: "Flag", kind: "mono", cell: ({ key }) => key },
      {
        title: "For",
        cell: ({ purpose, service }) => html`${purpose}<br /><span class="sub">${service}</span>`,
      },
      { title: "Phase", cell: ({ phase }) => phase },
      {
        title: "Enabled",
        cell: ({ enabled, held }) =>
          html`${pill(enabled === null ? unknown : enabled ? yes : no)}${held ? html` <span class="sub">held back</span>` : ""}`,
      },
      {
        title: "Verified",
        cell: (row) => html`${pill(verified[row.verified])} <span class="sub">${row.verifiedBy}</span>`,
      },
      {
        title: "Issues",
        cell: ({ issues }) =>
          issues.length === 0
            ? "none"
            : html`<ul>
                ${issues.map((each) => html`<li>${each}</li>`)}
              </ul>`,
      },
    ],
    rows,
  );
}

function migrations({ migrations: rows, timeZone }: ReportModel): SafeHtml {
  if (rows.length === 0) return html`<p class="sub">The catalogue has none.</p>`;
  const said = (applied: boolean | null) =>
    applied === null ? "not known" : applied ? "applied" : "not applied";
  return tableOf(
    "Migrations",
    [
      { title: "Migration", kind: "mono", cell: ({ id }) => id },
      { title: "Purpose", cell: ({ purpose }) => purpose },
      { title: "At the beginning", cell: ({ before }) => said(before) },
      { title: "Now", cell: ({ now, kept }) => `${said(now)}${kept ? ", kept" : ""}` },
      { title: "Applied, or first seen", cell: ({ appliedAt }) => time(appliedAt, timeZone) },
      {
        title: "A rollback of it",
        cell: ({ rollbackRisk, rollbackLoses }) => `${rollbackRisk} risk: ${rollbackLoses}`,
      },
    ],
    rows,
  );
}

function incidents({ incidents: rows, timeZone }: ReportModel): SafeHtml {
  if (rows.length === 0) return html`<p>None is known.</p>`;
  const critical = { mark: "!", text: "critical", tone: "bad" } as const;
  const other = { mark: "·", text: "not critical", tone: "calm" } as const;
  return tableOf(
    "Incidents",
    [
      { title: "What", cell: ({ what }) => what },
      { title: "Began", kind: "when", cell: ({ startedAt }) => time(startedAt, timeZone) },
      {
        title: "Lasted",
        cell: ({ seconds }) => (seconds === null ? "its end was not seen" : lengthText(seconds)),
      },
      { title: "Kind", cell: (row) => pill(row.critical ? critical : other) },
      { title: "Known from", cell: ({ source }) => source },
    ],
    rows,
  );
}

function rollbacks({ rollbacks: rows, timeZone }: ReportModel): SafeHtml {
  if (rows.length === 0) return html`<p>There was none.</p>`;
  return tableOf(
    "Rollbacks",
    [
      { title: "Update", cell: ({ update, from, to }) => `${update}: ${from ?? "?"} → ${to ?? "?"}` },
      { title: "Began", kind: "when", cell: ({ at }) => time(at, timeZone) },
      { title: "By", cell: ({ by }) => by ?? "not recorded" },
      { title: "Reason", cell: ({ reason }) => reason },
      { title: "Scope", cell: ({ scope }) => scope },
      { title: "Took", cell: ({ seconds }) => (seconds === null ? "not ended" : lengthText(seconds)) },
      { title: "Result", cell: ({ result }) => result },
    ],
    rows,
  );
}

function noteSections({ sections, file }: ReportModel["notes"]): SafeHtml {
  return html`<p class="sub">
      Written by people, in <span class="mono">${file}</span>; making the report again keeps it.
    </p>
    ${sections.map(({ title, markdown: text, filled }) => {
      const body = text === "" ? "" : trusted(markdown.render(text));
      return html`<h3>${title}</h3>
        ${filled ? body : html`<div class="open">${body === "" ? "To be filled in." : body}</div>`} `;
    })}`;
}

function gapList(gaps: readonly string[]): SafeHtml {
  if (gaps.length === 0)
    return html`<p>Nothing that it should know: of every update the evidence was kept.</p>`;
  return html`${gaps.map((gap) => html`<p class="gap">${gap}</p>`)}`;
}
