import pc from "picocolors";

import { classifyDeployStatus } from "../../components/render/deploy-status";
import { phaseLines, phaseSteps } from "../shared/phase-line";
import { table } from "../shared/table";
import { coloured } from "../verify/row";
import type { Verdict } from "../../components/probes/verdict";
import type { FlagFacts, MigrationFacts, StatusFacts } from "./facts";
import { nextParagraphs } from "./show-next";
import { durationText, momentText } from "./times";

/**
 * What `status` prints for people: paragraphs, in the order in which an operator asks.
 * @param options.back a line that says the way back, where there is something to go back from; `nextFirst` puts what comes next
 * above all tables, for a window that may not show all.
 */
export function statusText(
  facts: StatusFacts,
  columns: number = process.stdout.isTTY ? process.stdout.columns : Infinity,
  { back = "", nextFirst = false }: { back?: string | undefined; nextFirst?: boolean } = {},
): string {
  const next = nextParagraphs(facts);
  return [
    [headline(facts), gateLine(facts), clockLine(facts), back].filter((line) => line !== "").join("\n"),
    phaseLine(facts, columns),
    stoppedTable(facts),
    ...(nextFirst ? next : []),
    flagTable(facts, columns),
    migrationTable(facts),
    ...(nextFirst ? [] : next),
    driftTable(facts),
    ...deployTables(facts),
    linkLines(facts),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** From so many columns on there is room for more of each flag. */
const WIDE = 120;

function headline(facts: StatusFacts): string {
  const { stack, offline, phase } = facts;
  const { declared, inState, updateDue } = phase;
  const due = (updateDue ?? []).length > 0 ? `; ${pc.yellow("an update is due")}` : "";
  const how = offline ? ", by the stack's files alone" : inState === null ? "; nothing is deployed yet" : due;
  return `${pc.bold(`${stack}: phase ${declared}`)}${how}`;
}

function gateLine(facts: StatusFacts): string {
  const { declared, inState, gate, since } = facts.phase;
  if (inState === null || gate === null) return "";
  const whose = inState === declared ? "Its gate" : `In state: ${inState}, whose gate`;
  const did = { closed: "is closed", passed: "passed", failed: "did not pass" }[gate];
  const when = since === null ? "" : ` at ${momentText(since, facts)}, ${agoText(since, facts)}`;
  const line = `${whose} ${did}${when}.`;
  return gate === "failed" ? pc.red(line) : line;
}

function agoText(iso: string, { at }: StatusFacts): string {
  return `${durationText(Math.max(0, (Date.parse(at) - Date.parse(iso)) / 1000))} ago`;
}

function clockLine({ at, timeZone, clock }: StatusFacts): string {
  const now = momentText(at, { at: new Date(0).toISOString(), timeZone });
  return pc.dim(`It is ${now} ${timeZone} by ${clock === "render" ? "Render's" : "this machine's"} clock.`);
}

/** The phases with the times at which their gates passed. */
function phaseLine(facts: StatusFacts, columns: number): string {
  if (facts.gates === null || facts.gates.length === 0) return "";
  return phaseLines(phaseSteps(facts.gates), columns, facts).join("\n");
}

function stoppedTable({ phase }: StatusFacts): string {
  if (phase.stoppedBy.length === 0) return "";
  return table(
    ["check", "verdict", "found"],
    phase.stoppedBy.map(({ check, verdict, summary }) => [check, coloured(verdict as Verdict), summary]),
  );
}

/** With what each is for, since when it is so and by whom, where there is room for it. */
function flagTable(facts: StatusFacts, columns: number): string {
  const { offline, flags } = facts;
  if (flags.length === 0) return "";
  const wide = columns >= WIDE;
  const told = (flag: FlagFacts) => [
    flag.since === null ? "" : `${momentText(flag.since, facts)}${flag.by === null ? "" : ` by ${flag.by}`}`,
    flag.purpose,
  ];
  const rows = flags.map((flag) => {
    const values = offline ? [] : [flag.inState ?? "–", flag.onRender ?? "?"];
    const row = [flag.key, flag.declared, ...values, ...(wide ? told(flag) : [])];
    return agrees(flag) ? row : row.map((cell) => pc.yellow(cell));
  });
  const head = ["flag", "declared", ...(offline ? [] : ["in state", "on Render"])];
  return table([...head, ...(wide ? ["written", "purpose"] : [])], rows);
}

/** What the database shows; the last update's word stands beside it, and is called so. */
function migrationTable({ offline, migrations }: StatusFacts): string {
  if (migrations.length === 0) return "";
  const rows = migrations.map((each) => {
    const declared = [each.id, each.wanted ? "wanted" : "not wanted"];
    const row = offline ? declared : [...declared, leftText(each), shownText(each)];
    return isAsWanted(each) ? row : row.map((cell) => pc.yellow(cell));
  });
  const drawn = table(["migration", "declared", ...(offline ? [] : ["in state", "in the database"])], rows);
  const reasons = new Set(
    migrations.flatMap(({ inDatabase }) => (inDatabase?.state === "unknown" ? [inDatabase.because] : [])),
  );
  return [drawn, ...[...reasons].map((because) => pc.dim(`Not known: ${because}.`))].join("\n");
}

function leftText({ inState }: MigrationFacts): string {
  if (inState === null) return "–";
  return inState ? "there" : "not there";
}

function shownText({ inDatabase, wanted }: MigrationFacts): string {
  if (inDatabase === null) return "not asked";
  switch (inDatabase.state) {
    case "applied":
      return wanted ? "applied" : "applied, not wanted";
    case "pending":
      return "not there";
    case "partly":
      return `partly: lacks ${inDatabase.missing.join(", ")}`;
    case "unknown":
      return "not known";
  }
}

/** What is not known is as wanted; so is what is kept. */
function isAsWanted({ wanted, inState, inDatabase }: MigrationFacts): boolean {
  if (inDatabase === null || inDatabase.state === "unknown") return !wanted || inState !== false;
  return inDatabase.state === "applied" || (inDatabase.state === "pending" && !wanted);
}

/** What is not known agrees with everything. */
function agrees({ declared, inState, onRender }: FlagFacts): boolean {
  const wanted = declared === "on" ? "on" : "off";
  return [inState, onRender].every((value) => value === null || value === wanted);
}

function driftTable({ drift, phase }: StatusFacts): string {
  if (drift === null || phase.inState === null) return "";
  if (drift.length === 0) return pc.green("No drift: what was looked at is as the last update left it.");
  return table(
    ["drift", "name", "found"],
    drift.map(({ kind, name, found }) => [kind, name, found]),
  );
}

/** One a service: its name and a deploy's id side by side would not leave room for the rest. */
function deployTables(facts: StatusFacts): string[] {
  const services = [...new Set((facts.deploys ?? []).map(({ service }) => service))];
  return services.map((name) => {
    const own = (facts.deploys ?? []).filter(({ service }) => service === name);
    const rows = own.map(({ id, status, trigger, createdAt, finishedAt, ours }) => [
      id,
      shownStatus(status),
      momentText(finishedAt ?? createdAt, facts),
      `${trigger ?? "unknown trigger"}${ours === null ? "" : ours ? ", ours" : ", not ours"}`,
    ]);
    return [`Last deploys of ${name}`, table(["deploy", "status", "when", "trigger"], rows)].join("\n");
  });
}

function shownStatus(status: string): string {
  const state = classifyDeployStatus(status);
  if (state === "live") return pc.green(status);
  return state === "failed" ? pc.red(status) : state === "running" ? pc.yellow(status) : status;
}

/** Each on a line of its own, so that a terminal makes a link of it. */
function linkLines({ links }: StatusFacts): string {
  if (links === null || links.length === 0) return "";
  return links
    .map(({ service, page, logs, metrics, deploy }) =>
      [
        `${service} on Render`,
        ...[page, logs, metrics, deploy].flatMap((link) => (link === null ? [] : [`  ${link}`])),
      ].join("\n"),
    )
    .join("\n");
}
