import type { Phase } from "../../components/config";
import { writtenAtOf } from "../../components/providers/revision";
import type { StoredResource } from "../engine/port";

/** Where a stack stands by what its last update stored: facts, not what the files declare. */
export interface Standing {
  /** Whether anything was ever stored. */
  exists: boolean;
  /** By key. */
  flags: Map<string, StoredFlag>;
  /** By service's name on Render. */
  deploys: Map<string, StoredDeploy>;
  /** Ids, in no order. */
  applied: string[];
  /** Ids that the last update of their migrations rolled back. */
  rolledBack: string[];
  /** By migration: consents that are spent, whether their rollback came to its end or not. */
  usedConsents: Map<string, string[]>;
  gates: Map<string, StoredGate>;
}

export interface StoredFlag {
  renderName: string;
  value: string;
  /** ISO time of its last write by an update; absent for what was taken over, and in states of old. */
  writtenAt?: string;
  /** False where the answer to the last write was lost: Render may have either value. */
  succeeded: boolean;
}

export interface StoredDeploy {
  deployId: string;
  supersededBy?: string;
  liveAt: string;
  succeeded: boolean;
  /** By key: the flags' values that it was to make live. */
  expects: Record<string, string>;
  /** By key: every flag that the service ever had here, with the value declared last. */
  managed: Record<string, string>;
  zeroDowntime?: { probes: number; failed: number };
}

export interface StoredGate {
  state: "open" | "closed";
  passed: boolean;
  /** ISO times on Render's clock. */
  verifiedAt?: string;
  passedAt?: string;
  closedAt?: string;
  /** The verdict of one that a person's word let through is "overridden". */
  checks: { check: string; verdict: string; summary: string }[];
}

/** Accepts every state that was ever stored: what is not there is left out. */
export function readStanding(resources: readonly StoredResource[]): Standing {
  const of = (kind: string) => resources.filter((resource) => resource.kind === kind);
  const migrations = of("Migrations").map(({ outputs }) => outputs);
  return {
    exists: resources.length > 0,
    flags: new Map(
      of("FeatureFlag").map(({ name, outputs }) => [
        name,
        {
          renderName: renderNameIn(outputs),
          value: text(outputs["value"]),
          ...writtenAt(outputs["revision"]),
          succeeded: outputs["status"] === "succeeded",
        },
      ]),
    ),
    deploys: new Map(of("Deploy").map(({ outputs }) => [renderNameIn(outputs), deployOf(outputs)])),
    applied: migrations.flatMap(({ applied }) => texts(applied)),
    rolledBack: migrations.flatMap(({ rolledBack }) => texts(rolledBack)),
    usedConsents: consentsIn([
      ...migrations.map(({ usedConsents }) => usedConsents),
      ...of("Consents").map(({ outputs }) => outputs["spent"]),
    ]),
    gates: new Map(
      of("Gate").map(({ name, outputs }) => [
        text(outputs["phase"]) || name.replace(/^gate-/, ""),
        gateOf(outputs),
      ]),
    ),
  };
}

function writtenAt(revision: unknown): { writtenAt?: string } {
  const at = typeof revision === "string" ? writtenAtOf(revision) : undefined;
  return at === undefined ? {} : { writtenAt: at.toISOString() };
}

/** Whether the update of a phase came to its end: its gate has passed. */
export function hasPassed({ gates }: Standing, phase: Phase): boolean {
  const gate = gates.get(phase);
  return gate?.state === "open" && gate.passed;
}

/** By migration. */
function consentsIn(records: readonly unknown[]): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const [id, used] of records.flatMap((each) => Object.entries(record(each)))) {
    all.set(id, [...new Set([...(all.get(id) ?? []), ...[used].flat().map(text)])]);
  }
  return all;
}

function deployOf(outputs: Record<string, unknown>): StoredDeploy {
  const { supersededBy, zeroDowntime } = outputs;
  const seen = record(zeroDowntime);
  return {
    deployId: text(outputs["deployId"]),
    ...(typeof supersededBy === "string" ? { supersededBy } : {}),
    liveAt: text(outputs["liveAt"]),
    succeeded: outputs["status"] === "succeeded",
    expects: textsByKey(outputs["expects"]),
    // State of before remembers what it expected last.
    managed: textsByKey(outputs["managed"] ?? outputs["expects"]),
    ...(typeof seen["probes"] === "number"
      ? { zeroDowntime: { probes: seen["probes"], failed: Number(seen["failed"] ?? 0) } }
      : {}),
  };
}

function gateOf(outputs: Record<string, unknown>): StoredGate {
  const { verifiedAt, passedAt, closedAt, checks } = outputs;
  const overridden = texts(outputs["overridden"]);
  return {
    state: outputs["state"] === "closed" ? "closed" : "open",
    passed: outputs["status"] === "succeeded",
    ...(typeof verifiedAt === "string" ? { verifiedAt } : {}),
    ...(typeof passedAt === "string" ? { passedAt } : {}),
    ...(typeof closedAt === "string" ? { closedAt } : {}),
    checks: (Array.isArray(checks) ? checks : []).map((check) => {
      const { check: name, verdict, summary } = record(check);
      const shown = overridden.includes(text(name)) ? "overridden" : text(verdict);
      return { check: text(name), verdict: shown, summary: text(summary) };
    }),
  };
}

/**
 * A service's name on Render, as a flag's or a deploy's inputs and outputs hold it.
 * State written before December 2026 calls it `service`.
 */
export function renderNameIn(props: Record<string, unknown>): string {
  return text(props["renderName"] ?? props["service"]);
}

function textsByKey(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value)).map(([key, each]) => [key, text(each)]));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}
