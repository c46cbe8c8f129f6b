import pc from "picocolors";

import { classifyDeployStatus } from "../../components/render/client";
import { table } from "../shared/table";
import { coloured } from "../verify/row";
import type { Verdict } from "../../components/probes/verdict";
import type { FlagFacts, MigrationFacts, StatusFacts } from "./facts";
import { nextParagraphs } from "./show-next";
import { durationText, momentText } from "./times";

/** What `status` prints for people: paragraphs, in the order in which an operator asks. */
export function statusText(facts: StatusFacts): string {
  return [
    [headline(facts), gateLine(facts), clockLine(facts)].filter((line) => line !== "").join("\n"),
    gateTable(facts),
    stoppedTable(facts),
    flagTable(facts),
    migrationTable(facts),
    ...nextParagraphs(facts),
    driftTable(facts),
    ...deployTables(facts),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

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

function gateTable(facts: StatusFacts): string {
  if (facts.gates === null || facts.gates.length === 0) return "";
  const time = (iso: string | null) => (iso === null ? "" : momentText(iso, facts));
  return table(
    ["gate", "state", "passed", "closed"],
    facts.gates.map(({ phase, state, passed, verifiedAt, passedAt, closedAt }) => [
      phase,
      state,
      passed ? time(passedAt) : pc.red(`not, ${time(verifiedAt)}`),
      state === "closed" ? time(closedAt) : "",
    ]),
  );
}

function stoppedTable({ phase }: StatusFacts): string {
  if (phase.stoppedBy.length === 0) return "";
  return table(
    ["check", "verdict", "found"],
    phase.stoppedBy.map(({ check, verdict, summary }) => [check, coloured(verdict as Verdict), summary]),
  );
}

function flagTable({ offline, flags }: StatusFacts): string {
  if (flags.length === 0) return "";
  const rows = flags.map((flag) => {
    const row = [flag.key, flag.declared, ...(offline ? [] : [flag.inState ?? "–", flag.onRender ?? "?"])];
    return agrees(flag) ? row : row.map((cell) => pc.yellow(cell));
  });
  return table(["flag", "declared", ...(offline ? [] : ["in state", "on Render"])], rows);
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
