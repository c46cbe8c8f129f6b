import type { CheckRecord, GateRecord, RolloutRecord } from "../../log/record";
import { phasesOf, stepsOf } from "../../log/steps";
import { findIncidents } from "../../log/incidents";
import { lengthText } from "../../log/times";
import type { Standing } from "./standing";
import { checksNamed, type Verification } from "./verifications";
import { kindOfCheck } from "../../../components/probes/check-id";

/** `met-so-far`: nothing speaks against it, and the rollout goes on. `unknown`: nobody has kept what would tell. */
export type CriterionVerdict = "met" | "met-so-far" | "not-met" | "not-yet" | "unknown";

export interface Criterion {
  id: string;
  claim: string;
  verdict: CriterionVerdict;
  /** What the verdict rests on, a sentence or two. */
  evidence: string;
}

/** What the rollout has to reach, each with its verdict and what that rests on. */
export function judgeCriteria(
  record: RolloutRecord,
  standing: Standing,
  verifications: readonly Verification[],
): Criterion[] {
  const judge: Judge = { record, standing, verifications, last: verifications.at(-1) };
  const { limits } = record.catalogue;
  return [
    flags(judge),
    zeroDowntime(judge),
    {
      ...measured(judge, "error-rate", "soak-error-rate"),
      id: "error-rate",
      claim: `Error rate below ${limits.errorRatePercent.advance} %`,
    },
    {
      ...measured(judge, "api-latency", "soak-latency"),
      id: "latency",
      claim: `API latency less than ${limits.latencyIncreasePercent} % above the baseline`,
    },
    {
      ...measured(judge, "telegram"),
      id: "notifications",
      claim: `Telegram notifications delivered within ${limits.telegramSeconds} seconds`,
    },
    smoke(judge),
    criticalLogs(judge),
    ...signOffs(judge),
  ];
}

interface Judge {
  record: RolloutRecord;
  standing: Standing;
  verifications: readonly Verification[];
  last: Verification | undefined;
}

type Found = Pick<Criterion, "verdict" | "evidence">;

/** Met for good only when the rollout has come to its end. */
function met({ standing }: Judge): CriterionVerdict {
  return standing.state === "complete" ? "met" : "met-so-far";
}

/** What has not been reached yet; after a rollback it will not be, either. */
function missing({ standing }: Judge): CriterionVerdict {
  return standing.state === "rolled-back" || standing.state === "complete" ? "not-met" : "not-yet";
}

function flags(judge: Judge): Criterion {
  const { record, last } = judge;
  const { flags: all } = record.catalogue;
  const off = all.filter(({ key }) => record.now.flags[key]?.value !== "true");
  const ill = (last?.checks ?? []).filter(
    ({ check, verdict }) => kindOfCheck(check) === "flags" && verdict !== "pass",
  );
  const base = { id: "flags", claim: `All ${all.length} feature flags enabled` };
  const on = `${all.length - off.length} of ${all.length} are on`;
  if (off.length > 0)
    return {
      ...base,
      verdict: missing(judge),
      evidence: `${on}; off: ${off.map(({ key }) => key).join(", ")}.`,
    };
  if (ill.length > 0)
    return { ...base, verdict: "unknown", evidence: `${on} by the last update. ${sentences(ill)}` };
  const seen = last === undefined ? "" : ` The gate of ${last.label} saw them running.`;
  return { ...base, verdict: met(judge), evidence: `${on}.${seen}` };
}

function zeroDowntime(judge: Judge): Criterion {
  const { record } = judge;
  const steps = stepsOf(record);
  const deploys = steps.flatMap((step) => step.deploys).filter(({ made }) => made > 0);
  const made = deploys.reduce((sum, deploy) => sum + deploy.made, 0);
  const failed = deploys.reduce((sum, deploy) => sum + deploy.failed, 0);
  const outages = findIncidents(record).filter(({ kind }) => kind === "outage");
  const base = { id: "zero-downtime", claim: "Zero downtime during the rollout" };
  const probes = `${failed} of ${made} probes failed while ${deploys.length} deploy${deploys.length === 1 ? "" : "s"} went live`;
  if (failed > 0 || outages.length > 0) {
    const seconds = outages.reduce((sum, outage) => sum + (outage.seconds ?? 0), 0);
    const seen =
      outages.length === 0
        ? ""
        : `; the watch saw ${outages.length} outage${outages.length === 1 ? "" : "s"}, ${lengthText(seconds)} together`;
    return { ...base, verdict: "not-met", evidence: `${probes}${seen}.` };
  }
  const unknown = steps.filter(({ known, kind }) => !known && kind !== "refresh").length;
  if (unknown > 0)
    return {
      ...base,
      verdict: "unknown",
      evidence: `${probes}, but of ${unknown} updates nobody kept the evidence.`,
    };
  if (made === 0)
    return {
      ...base,
      verdict: missing(judge) === "not-yet" ? "not-yet" : "unknown",
      evidence: "No deploy was probed.",
    };
  return { ...base, verdict: met(judge), evidence: `${probes}.` };
}

/** By the newest verification that had the check, and by the newest soak that was judged. */
function measured(judge: Judge, check: string, soakCheck?: string): Found {
  const { record, verifications } = judge;
  const newest = checksNamed(verifications, check).at(-1);
  const soaks = soakCheck === undefined ? [] : soaked(record, soakCheck);
  if (newest === undefined) return { verdict: unseen(judge), evidence: "It was not measured." };
  const label = newest.verification.label;
  const found = `${quoted(newest.check)} (gate of ${label})`;
  const ill = soaks.filter(({ verdict }) => verdict === "fail");
  const others = soaks.length === 0 ? "" : ` Over the soak: ${sentences(soaks)}`;
  const verdict = ill.length > 0 ? "not-met" : verdictOf(judge, newest.check.verdict);
  return { verdict, evidence: `${found}.${others}` };
}

/** A check that warns has measured, and is not above its limit. */
function verdictOf(judge: Judge, verdict: string): CriterionVerdict {
  if (verdict === "pass" || verdict === "warn") return met(judge);
  return verdict === "fail" ? "not-met" : "unknown";
}

function unseen(judge: Judge): CriterionVerdict {
  return judge.standing.state === "in-progress" || judge.standing.state === "not-begun"
    ? "not-yet"
    : "unknown";
}

function smoke(judge: Judge): Criterion {
  const base = { id: "smoke", claim: "All smoke tests passed" };
  const tests = (judge.last?.checks ?? []).filter(({ check }) =>
    ["smoke", "smoke-command"].includes(kindOfCheck(check)),
  );
  if (tests.length === 0) return { ...base, verdict: unseen(judge), evidence: "The newest gate ran none." };
  const passed = tests.filter(({ verdict }) => verdict === "pass");
  const ill = tests.filter(({ verdict }) => verdict !== "pass");
  const evidence =
    `${passed.length} of ${tests.length} passed at the gate of ${judge.last?.label ?? ""}. ${sentences(ill)}`.trim();
  const verdict = ill.some((test) => test.verdict === "fail")
    ? "not-met"
    : ill.length > 0
      ? "unknown"
      : met(judge);
  return { ...base, verdict, evidence };
}

/** Of the longest soak, which is the one that the runbook means. */
function criticalLogs(judge: Judge): Criterion {
  const longest = [...judge.record.catalogue.phases].sort((a, b) => b.soakSeconds - a.soakSeconds)[0];
  const seconds = longest?.soakSeconds ?? 0;
  const length = seconds === 86_400 ? "24 hours" : lengthText(seconds);
  const base = {
    id: "critical-logs",
    claim: `No critical errors in the logs${length === "0 s" ? "" : ` for ${length}`}`,
  };
  const closing =
    longest === undefined
      ? []
      : closingsOf(judge.record)
          .filter(({ phase }) => phase === longest.name)
          .flatMap((gate) => gate.closing);
  const logs = closing.filter(({ check }) => kindOfCheck(check) === "soak-logs");
  if (logs.length === 0)
    return {
      ...base,
      verdict: unseen(judge),
      evidence: `The soak of ${longest?.name ?? "no phase"} has not been judged.`,
    };
  const ill = logs.some(({ verdict }) => verdict === "fail");
  const unknown = logs.some(({ verdict }) => verdict !== "pass" && verdict !== "fail");
  return { ...base, verdict: ill ? "not-met" : unknown ? "unknown" : met(judge), evidence: sentences(logs) };
}

/** One for each item of the last phase that has any; those of the phases before it together. */
function signOffs(judge: Judge): Criterion[] {
  const { catalogue, declared } = judge.record;
  const phases = phasesOf(judge.record);
  const last = Math.max(-1, ...catalogue.items.map(({ phase }) => phases.indexOf(phase)));
  const ofLast = catalogue.items.filter(({ phase }) => phases.indexOf(phase) === last);
  const others = catalogue.items.filter(({ phase }) => phases.indexOf(phase) !== last);
  const signed = others.filter(({ id }) => declared.acknowledged[id] !== undefined);
  return [
    ...ofLast.map(({ id, purpose }): Criterion => {
      const signature = declared.acknowledged[id];
      return {
        id: `signed ${id}`,
        claim: purpose,
        verdict: signature === undefined ? missing(judge) : met(judge),
        evidence: signature === undefined ? "Nobody has signed it off." : `Signed off: ${signature}.`,
      };
    }),
    ...(others.length === 0
      ? []
      : [
          {
            id: "signed others",
            claim: "What no machine can see is signed off",
            verdict: signed.length === others.length ? met(judge) : missing(judge),
            evidence: `${signed.length} of ${others.length}: ${others
              .map(({ id }) => `${id} (${declared.acknowledged[id] ?? "not signed"})`)
              .join("; ")}.`,
          },
        ]),
  ];
}

/** Of each phase the newest closing that was kept: a rollback forgets later gates, and not what they saw. */
function closingsOf({ now, updates }: RolloutRecord): GateRecord[] {
  const newest = new Map<string, GateRecord>();
  for (const snapshot of [...updates.map(({ left }) => left), now])
    for (const gate of Object.values(snapshot?.gates ?? {}))
      if (gate.closing.length > 0) newest.set(gate.phase, gate);
  return [...newest.values()];
}

/** What the newest closing that judged a soak found. */
function soaked(record: RolloutRecord, name: string): CheckRecord[] {
  const gates = closingsOf(record)
    .filter(({ closing }) => closing.some(({ check }) => check.startsWith(name)))
    .sort((a, b) => (a.closedAt ?? "").localeCompare(b.closedAt ?? ""));
  return (gates.at(-1)?.closing ?? []).filter(({ check }) => check.startsWith(name));
}

function sentences(checks: readonly CheckRecord[]): string {
  return checks.map((check) => `${check.check}: ${quoted(check)}.`).join(" ");
}

function quoted({ summary }: CheckRecord): string {
  return summary.trim().replace(/\.$/, "");
}
