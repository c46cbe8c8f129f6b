import { dayText, lengthText, momentText } from "../../log/times";
import type { TimelineEntry } from "../../log/timeline";
import type { DrawnChart } from "../charts/draw-charts";
import type { PhaseRow } from "../model/rows";
import { html, trusted, type SafeHtml } from "./safe-html";
import { PHASE_WORDS, type Said } from "./words";

/** Pieces that the report and the dashboard are both made of. */
export function pill({ mark, text, tone }: Said): SafeHtml {
  return html`<span class="pill ${tone}"><span aria-hidden="true">${mark} </span>${text}</span>`;
}

export function time(iso: string | null, timeZone: string): SafeHtml {
  return iso === null
    ? html`<span class="sub">–</span>`
    : html`<time datetime="${iso}">${momentText(iso, timeZone)}</time>`;
}

export interface Column<T> {
  title: string;
  cell: (row: T) => SafeHtml | string;
  /** Its class: `num`, `mono`, `when`. */
  kind?: string;
}

/** A table whose first column names the row; on a phone each row stands by itself. */
export function tableOf<T>(label: string, columns: readonly Column<T>[], rows: readonly T[]): SafeHtml {
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">
    <table class="stack">
      <thead>
        <tr>
          ${columns.map(({ title, kind = "" }) => html`<th scope="col" class="${kind}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map(({ title, cell, kind = "" }, index) =>
                index === 0
                  ? html`<th scope="row" class="${kind}">${cell(row)}</th>`
                  : html`<td class="${kind}" data-label="${title}">${cell(row)}</td>`,
              )}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

export function phaseSteps(phases: readonly PhaseRow[], timeZone: string): SafeHtml {
  const overrides = phases.filter(({ overridden }) => overridden !== null);
  return html`<ol class="phases">
      ${phases.map(
        ({ name, state, passedAt, soakSeconds, overridden }) =>
          html`<li class="${state}" ${state === "current" ? trusted(' aria-current="step"') : ""}>
            <b>${name}</b><span>${PHASE_WORDS[state]}</span>${
              passedAt === null ? "" : html`<span>passed ${dayText(passedAt, timeZone)}</span>`
            }${soakSeconds === 0 ? "" : html`<span>soak ${lengthText(soakSeconds)}</span>`}${
              overridden === null ? "" : html`<span class="warn">overridden</span>`
            }
          </li>`,
      )}
    </ol>
    ${overrides.map(
      ({ name, overridden }) =>
        html`<p class="gap">The gate of <b>${name}</b> was overridden: ${overridden}</p>`,
    )}`;
}

export function timelineList(entries: readonly TimelineEntry[], timeZone: string): SafeHtml {
  return html`<ol class="timeline">
    ${entries.map(
      ({ at, mood, text, by, because }) =>
        html`<li class="${mood}">${time(at, timeZone)}<div class="what"><span${mood === "bad" ? trusted(' class="bad-text"') : ""}>${text}</span>${
          by === null ? "" : html` <small>by ${by}</small>`
        }${because === null ? "" : html` <small>because: ${because}</small>`}</div></li>\n`,
    )}
  </ol>`;
}

/** A chart, what it shows in words, and its numbers as a table. */
export function chartFigure({ id, title, about, svg, head, rows }: DrawnChart): SafeHtml {
  const columns = head.map((name, index) => ({
    title: name,
    kind: index === 0 ? "" : "num",
    cell: (row: string[]) => row[index] ?? "",
  }));
  return html`<figure id="${id}">
    <figcaption><b>${title}</b><span class="sub">${about}</span></figcaption>
    <div class="wide" role="img" aria-label="${title}. ${about}">${trusted(svg.wide)}</div>
    <div class="narrow" role="img" aria-label="${title}. ${about}">${trusted(svg.narrow)}</div>
    <details>
      <summary>The numbers of this chart</summary>
      ${tableOf(`Numbers: ${title}`, columns, rows)}
    </details>
  </figure> `;
}
