import pc from "picocolors";

import { table } from "../shared/table";
import { coloured } from "../verify/row";
import type { BlockerFacts, NextFacts, StatusFacts } from "./facts";
import { durationText, endText, momentText } from "./times";

/** What comes next: what it brings, whether it may start, and what blocks it for how long. */
export function nextParagraphs(facts: StatusFacts): string[] {
  const { next, phase } = facts;
  if (next === null) return phase.gate === "passed" ? [pc.green("The rollout is complete.")] : [];
  return [
    [
      pc.bold(TITLES[next.step](next.phase)),
      ...bringsLines(next),
      ...readyLines(facts, next),
      mayStartLine(facts, next),
    ].join("\n"),
    blockerTable(facts, next.blockers),
    judgedTable(next),
  ];
}

const TITLES: Record<NextFacts["step"], (phase: string) => string> = {
  first: (phase) => `First: ${phase}`,
  advance: (phase) => `Next: ${phase}`,
  resume: (phase) => `Next: the rest of ${phase}`,
  back: (phase) => `Next: back to ${phase}`,
};

function bringsLines({ step, brings }: NextFacts): string[] {
  const { flagsOn, flagsOff, flagsHeld, migrations, deploys } = brings;
  const lines = [
    ...(migrations.length > 0 ? [`applies ${migrations.join(", ")}`] : []),
    ...(flagsOn.length > 0 ? [`turns on ${flagsOn.join(", ")}`] : []),
    ...(flagsOff.length > 0 ? [`turns off ${flagsOff.join(", ")}`] : []),
    ...(deploys.length > 0 ? [`deploys ${deploys.join(", ")}`] : []),
    ...flagsHeld.map((key) => `${key} stays off: it is on hold`),
    ...(step === "back" ? ["migrations stay applied, unless acceptDataLoss names them"] : []),
  ];
  return lines.length === 0
    ? ["  turns on no flag and applies no migration"]
    : lines.map((line) => `  ${line}`);
}

function mayStartLine(facts: StatusFacts, { step, mayStart, earliest, blockers }: NextFacts): string {
  if (mayStart === true)
    return pc.green(step === "back" ? "  may start now: nothing refuses a way back" : "  may start now");
  if (mayStart === null) return pc.yellow("  nothing known blocks it; what could not be looked at may");
  if (earliest === null) return pc.yellow("  blocked");
  const last = `${endText(earliest, facts)} ${facts.timeZone}`;
  const waits = blockers.every(({ until }) => until !== null);
  return pc.yellow(
    waits
      ? `  blocked; may start at ${last}, if all stays well`
      : `  blocked; may start at ${last} at the earliest`,
  );
}

/** What speaks for the step; what speaks against it is in the table. */
function readyLines(facts: StatusFacts, { step }: NextFacts): string[] {
  const { schedule, signOffs } = facts;
  if (step !== "advance") return [];
  const signed = signOffs
    .filter(({ counts }) => counts)
    .map(({ id, signature }) => `${id} (${signature ?? ""})`);
  return [
    ...(signed.length > 0 ? [`  signed off: ${signed.join(", ")}`] : []),
    ...(schedule === null ? ["  no schedule is enforced"] : []),
    ...(schedule?.until == null ? [] : [`  the schedule is open until ${momentText(schedule.until, facts)}`]),
  ];
}

function blockerTable(facts: StatusFacts, blockers: readonly BlockerFacts[]): string {
  if (blockers.length === 0) return "";
  return table(
    ["blocked by", "how long", "why, and what helps"],
    blockers.map((blocker) => [
      blocker.kind,
      howLong(blocker, facts),
      blocker.sentence.replace(/^[a-z]+: /, ""),
    ]),
  );
}

const UNTIL: Record<BlockerFacts["kind"], string> = {
  gate: "until it passes",
  update: "until it is done",
  deploy: "until it is live",
  soak: "until it is over",
  schedule: "until it opens",
  "sign-off": "until it is signed",
  check: "until it is well",
  config: "until it is mended",
};

function howLong({ kind, until, remainingSeconds }: BlockerFacts, facts: StatusFacts): string {
  if (until === null || remainingSeconds === null) return UNTIL[kind];
  return `${durationText(remainingSeconds, "up")}, until ${endText(until, facts)}`;
}

/** Refusals are in the table of blockers; here is what a "may start now" rests on. What was asked is said either way. */
function judgedTable({ judged, mayStart }: NextFacts): string {
  const asked = [
    ...new Set(
      judged.flatMap(({ probe }) => (probe.startsWith("GET ") ? [probe.replace(/ \(.*/s, "")] : [])),
    ),
  ];
  const rows = judged.map(({ check, verdict, summary }) => [check, coloured(verdict), summary]);
  return [
    ...(mayStart === true && rows.length > 0 ? [table(["judged", "verdict", "found"], rows)] : []),
    ...(asked.length > 0 ? [pc.dim(`Asked for it: ${asked.join(", ")}`)] : []),
  ].join("\n");
}
