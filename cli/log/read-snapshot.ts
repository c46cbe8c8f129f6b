import type { StoredResource } from "../engine/port";
import { renderNameIn } from "../shared/standing";
import { list, numberOrNull, record, text, textList, textOrNull, texts, timeOrNull } from "./lenient";
import type { CheckRecord, DeployRecord, Figures, GateRecord, Snapshot } from "./record";

/** A stack's state as evidence. Accepts every state that was ever stored: what it does not know is left out. */
export function readSnapshot(resources: readonly StoredResource[]): Snapshot {
  const of = (kind: string) => resources.filter((resource) => resource.kind === kind);
  return {
    flags: Object.fromEntries(
      of("FeatureFlag").map(({ name, outputs }) => [
        text(outputs["key"]) || name,
        {
          service: renderNameIn(outputs),
          value: text(outputs["value"]),
          succeeded: outputs["status"] === "succeeded",
        },
      ]),
    ),
    deploys: Object.fromEntries(
      of("Deploy").map(({ name, outputs }) => [
        renderNameIn(outputs) || name.replace(/^deploy-/, ""),
        readDeploy(outputs),
      ]),
    ),
    migrations: Object.fromEntries(of("Migrations").flatMap(({ outputs }) => readMigrations(outputs))),
    gates: Object.fromEntries(
      of("Gate").map(({ name, outputs }) => {
        const phase = text(outputs["phase"]) || name.replace(/^gate-/, "");
        return [phase, readGate(phase, outputs)];
      }),
    ),
  };
}

export const EMPTY_SNAPSHOT: Snapshot = { flags: {}, deploys: {}, migrations: {}, gates: {} };

function readDeploy(outputs: Record<string, unknown>): DeployRecord {
  const seen = record(outputs["zeroDowntime"]);
  const made = numberOrNull(seen["probes"]) ?? 0;
  return {
    id: text(outputs["deployId"]),
    liveAt: timeOrNull(outputs["liveAt"]),
    succeeded: outputs["status"] === "succeeded",
    probes:
      made === 0
        ? null
        : {
            made,
            failed: numberOrNull(seen["failed"]) ?? 0,
            failures: list(seen["failures"]).map((each) => ({
              at: timeOrNull(record(each)["at"]) ?? "",
              answer: text(record(each)["answer"]),
            })),
          },
  };
}

function readMigrations(outputs: Record<string, unknown>): [string, Snapshot["migrations"][string]][] {
  const declared = list(outputs["migrations"]).map((each) => text(record(each)["id"]));
  const applied = textList(outputs["applied"]);
  const kept = textList(outputs["kept"]);
  const times = record(outputs["appliedAt"]);
  return [...new Set([...declared, ...applied])]
    .filter((id) => id !== "")
    .map((id) => [
      id,
      { applied: applied.includes(id), kept: kept.includes(id), appliedAt: timeOrNull(times[id]) },
    ]);
}

function readGate(phase: string, outputs: Record<string, unknown>): GateRecord {
  const { direction } = outputs;
  // Preparation's is what it took; any other gate's, what it added.
  const taken = phase === "preparation" ? outputs["baseline"] : outputs["completes"];
  const baseline = record(record(taken)["endpoints"]);
  return {
    phase,
    state: outputs["state"] === "closed" ? "closed" : "open",
    passed: outputs["status"] === "succeeded",
    direction: direction === "advance" || direction === "rollback" ? direction : null,
    verifiedAt: timeOrNull(outputs["verifiedAt"]),
    passedAt: timeOrNull(outputs["passedAt"]),
    closedAt: timeOrNull(outputs["closedAt"]),
    checks: list(outputs["checks"]).map(readCheck),
    closing: list(outputs["closing"]).map(readCheck),
    measured: figuresOf(record(outputs["measured"])),
    baselineTakenAt: timeOrNull(outputs["baselineTakenAt"]),
    baseline: Object.keys(baseline).length === 0 ? null : figuresOf(baseline),
    acknowledged: texts(outputs["acknowledged"]),
  };
}

function readCheck(value: unknown): CheckRecord {
  const { check, verdict, summary, at, samples, observed, threshold, probe, evidence } = record(value);
  return {
    check: text(check),
    verdict: text(verdict) || "no-data",
    summary: text(summary),
    at: timeOrNull(at),
    samples: numberOrNull(samples),
    observed: textOrNull(observed),
    threshold: textOrNull(threshold),
    probe: text(probe),
    numbers: numbersIn(evidence),
  };
}

/** The numbers at the top of an evidence; what lies deeper is for machines that read the state itself. */
function numbersIn(evidence: unknown): Record<string, number> {
  return Object.fromEntries(
    Object.entries(record(evidence)).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number" && Number.isFinite(entry[1]),
    ),
  );
}

function figuresOf(endpoints: Record<string, unknown>): Record<string, Figures> {
  return Object.fromEntries(
    Object.entries(endpoints).map(([endpoint, value]) => {
      const { n, p50, p95, p99, errorRate, quantilesMs, distribution } = record(value);
      const kept = numbers(quantilesMs);
      return [
        endpoint,
        {
          n: numberOrNull(n) ?? 0,
          p50: numberOrNull(p50),
          p95: numberOrNull(p95),
          p99: numberOrNull(p99),
          errorRate: numberOrNull(errorRate),
          quantilesMs: kept.length > 0 ? kept : numbers(record(distribution)["sortedMs"]),
        },
      ];
    }),
  );
}

function numbers(value: unknown): number[] {
  return list(value).filter((each): each is number => typeof each === "number" && Number.isFinite(each));
}
