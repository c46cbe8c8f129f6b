import { record, text } from "../log/lenient";
import type { RolloutRecord } from "../log/record";
import { lengthText, momentText } from "../log/times";
import { timelineOf } from "../log/timeline";
import { phaseSteps, pill, tableOf, time, timelineList } from "../report/html/parts";
import { html, trusted, type SafeHtml } from "../report/html/safe-html";
import { STANDING_WORDS } from "../report/html/words";
import { milliseconds } from "../report/model/comparison";
import { flagRows, phaseRows } from "../report/model/rows";
import { standingOf } from "../report/model/standing";
import { verificationsOf } from "../report/model/verifications";
import { commandText } from "../shared/next-command";
import type { StatusFacts } from "../status/facts";
import { LIVE_COLOURS } from "./live-chart";
import type { LiveSamples } from "./live-samples";

/** Everything that the dashboard is drawn from; what is not there yet, or cannot be read, is said. */
export interface Seen {
  stack: string;
  timeZone: string;
  rollout: RolloutRecord | undefined;
  facts: StatusFacts | undefined;
  /** Why one of the two is not there, or is old; a sentence each. */
  troubles: string[];
  /** Text of the update's log. */
  updateLog: string;
  live: LiveSamples | undefined;
  /** The live chart's SVG; undefined where there is nothing to draw. */
  chart: { wide: string; narrow: string } | undefined;
}

const TITLES = {
  standing: "Where it stands",
  update: "The update",
  samples: "The gate's samples",
  flags: "Feature flags",
  deploys: "Deploys",
  back: "The way back",
  log: "Log",
} as const;

export type PartId = keyof typeof TITLES;

/** The parts in their order, each with its inner markup. */
export function drawParts(seen: Seen): { id: PartId; title: string; inner: string }[] {
  const inner: Record<PartId, SafeHtml> = {
    standing: standing(seen),
    update: update(seen),
    samples: samples(seen),
    flags: flags(seen),
    deploys: deploys(seen),
    back: wayBack(seen),
    log: log(seen),
  };
  return (Object.keys(TITLES) as PartId[]).map((id) => ({ id, title: TITLES[id], inner: inner[id].text }));
}

const reading = html`<p class="sub">Reading …</p>`;

function standing({ rollout, facts, timeZone, troubles }: Seen): SafeHtml {
  const said = troubles.map((trouble) => html`<p class="gap">${trouble}</p>`);
  if (rollout === undefined) return html`${troubles.length === 0 ? reading : ""}${said}`;
  const now = standingOf(rollout);
  const next = facts?.next ?? null;
  return html`<p class="standing">${pill(STANDING_WORDS[now.state])} <span>${now.sentence}</span></p>
    ${phaseSteps(phaseRows(rollout), timeZone)} ${next === null ? "" : nextStep(next)}${said}`;
}

function nextStep({ phase, mayStart, blockers }: NonNullable<StatusFacts["next"]>): SafeHtml {
  const ready =
    mayStart === true ? html`<p>${pill({ mark: "✓", text: `${phase} may begin`, tone: "good" })}</p>` : "";
  return html`${ready}${
    blockers.length === 0
      ? ""
      : html`<p>What keeps it from <b>${phase}</b>:</p>
          <ul>
            ${blockers.map(
              ({ sentence, remainingSeconds }) =>
                html`<li>
                  ${sentence}${
                    remainingSeconds === null || remainingSeconds <= 0
                      ? ""
                      : html` <b>${lengthText(remainingSeconds)} left</b>`
                  }
                </li>`,
            )}
          </ul>`
  }`;
}

/** Lines of the update that are shown. */
const MOST_LINES = 40;

function update({ updateLog, timeZone }: Seen): SafeHtml {
  const entries = updateLog
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      try {
        return record(JSON.parse(line));
      } catch {
        return {};
      }
    });
  const [begin] = entries;
  if (begin === undefined)
    return html`<p class="sub">
      No update was run from this checkout yet; one that runs elsewhere is seen when it has ended.
    </p>`;
  const end = entries.find(({ event }) => event === "done" || event === "failed");
  const state =
    end === undefined
      ? ({ mark: "…", text: "running", tone: "calm" } as const)
      : end["event"] === "done"
        ? ({ mark: "✓", text: "done", tone: "good" } as const)
        : ({ mark: "✗", text: "failed", tone: "bad" } as const);
  const lines = entries.filter(({ event }) => event === "line").slice(-MOST_LINES);
  const failure = text(end?.["text"]);
  return html`<p>
      ${pill(state)} <b>${text(begin["text"])}</b>
      <span class="sub">since ${momentText(text(begin["at"]), timeZone)}</span>
    </p>
    <ol class="lines mono" tabindex="0" aria-label="Lines of the update" data-focus="lines">
      ${lines.map((line) => html`<li>${text(line["text"])}</li>`)}
    </ol>
    ${failure === "" ? "" : html`<p class="gap">${failure}</p>`}`;
}

function samples({ live, chart }: Seen): SafeHtml {
  if (live === undefined)
    return html`<p class="sub">No gate has measured anything from this checkout yet.</p>`;
  const ms = (value: number | null) => (value === null ? "–" : milliseconds(value));
  const colourOf = (endpoint: string) =>
    LIVE_COLOURS[live.endpoints.indexOf(endpoint) % LIVE_COLOURS.length] ?? "c0";
  const about = `Answers of gate ${live.phase}, ${live.samples.length} so far.`;
  return html`<p class="sub">${about}</p>
    ${
      chart === undefined
        ? ""
        : html`<figure>
            <div class="wide" role="img" aria-label="${about} Their figures stand in the table below.">
              ${trusted(chart.wide)}
            </div>
            <div class="narrow" role="img" aria-label="${about} Their figures stand in the table below.">
              ${trusted(chart.narrow)}
            </div>
          </figure>`
    }
    ${tableOf(
      "The gate's samples",
      [
        {
          title: "Endpoint",
          cell: ({ endpoint }) =>
            html`<span class="swatch ${colourOf(endpoint)}" aria-hidden="true"></span> ${endpoint}`,
        },
        { title: "Answers", kind: "num", cell: ({ n }) => String(n) },
        { title: "Failed", kind: "num", cell: ({ failures }) => String(failures) },
        { title: "p50", kind: "num", cell: ({ p50 }) => ms(p50) },
        { title: "p95", kind: "num", cell: ({ p95 }) => ms(p95) },
      ],
      live.figures,
    )}`;
}

function flags({ rollout, facts }: Seen): SafeHtml {
  if (rollout === undefined) return reading;
  const rows = flagRows(rollout, verificationsOf(rollout));
  const seen = new Map(facts?.flags.map((flag) => [flag.key, flag]));
  return tableOf(
    "Feature flags",
    [
      { title: "Flag", kind: "mono", cell: ({ key }) => key },
      { title: "Declared", cell: ({ key, held }) => seen.get(key)?.declared ?? (held ? "held" : "not read") },
      {
        title: "Last update",
        cell: ({ enabled }) => (enabled === null ? "not known" : enabled ? "on" : "off"),
      },
      { title: "On Render", cell: ({ key }) => seen.get(key)?.onRender ?? "not read" },
      {
        title: "Seen running as declared",
        cell: ({ verified, verifiedBy }) =>
          html`${verified === "unknown" ? "not known" : verified} <span class="sub">${verifiedBy}</span>`,
      },
    ],
    rows,
  );
}

function deploys({ facts, timeZone }: Seen): SafeHtml {
  if (facts === undefined) return reading;
  if (facts.deploys === null) return html`<p class="sub">Render was not asked.</p>`;
  return tableOf(
    "Deploys",
    [
      { title: "Service", cell: ({ service }) => service },
      { title: "Deploy", kind: "mono", cell: ({ id }) => id },
      { title: "State", cell: ({ status }) => status },
      { title: "Ours", cell: ({ ours }) => (ours === null ? "not known" : ours ? "yes" : "no") },
      { title: "Begun", kind: "when", cell: ({ createdAt }) => time(createdAt, timeZone) },
      { title: "Ended", kind: "when", cell: ({ finishedAt }) => time(finishedAt, timeZone) },
    ],
    facts.deploys,
  );
}

function wayBack({ stack, rollout }: Seen): SafeHtml {
  const phases = rollout?.catalogue.phases.map(({ name }) => name) ?? [];
  const now = rollout === undefined ? "" : standingOf(rollout).phase;
  const before = phases[phases.indexOf(now) - 1];
  const ways: [string, string][] = [
    ["All flags off, nothing dropped", commandText("rollback", stack, "--full")],
    ...(before === undefined
      ? []
      : [[`Back to ${before}`, commandText("rollback", stack, "--to", before)] as [string, string]]),
    ["By hand, on Render's dashboard", commandText("rollback", stack, "--full", "--instructions")],
  ];
  return tableOf(
    "The way back",
    [
      { title: "What", cell: ([what]) => what },
      { title: "Command", kind: "mono", cell: ([, command]) => command },
    ],
    ways,
  );
}

/** Of the log the newest, first. */
const MOST_ENTRIES = 40;

function log({ rollout, timeZone }: Seen): SafeHtml {
  if (rollout === undefined) return reading;
  const entries = timelineOf(rollout);
  if (entries.length === 0) return html`<p class="sub">Nothing has happened yet.</p>`;
  const left = entries.length - MOST_ENTRIES;
  return html`${timelineList(entries.slice(-MOST_ENTRIES).reverse(), timeZone)}${
    left > 0 ? html`<p class="sub">${left} older entries stand in the report.</p>` : ""
  }`;
}
