import type { Expectation, GateRules, Reports, SmokeTest, Sampling, Thresholds } from "../../config/types";
import type { Baseline } from "../../probes/latency/judge-endpoints";
import type { CheckResult } from "../../probes/verdict";
import type { Served } from "../deploy/served-bytes";
import type { ZeroDowntime } from "../deploy/zero-downtime";
import type { RunnerInput } from "../migrations/declared";
import type { GateOverride } from "./override";

/** A service as a gate looks at it. */
export interface GateService {
  renderName: string;
  serviceId?: string;
  /** The catalogue's name, by which deploys and what they found are named; Render's where it is absent. */
  serviceKey?: string;
  /** By the catalogue; Render's own word is compared with it. */
  kind?: string;
  url?: string;
  healthPath: string;
  healthExpect?: Record<string, Expectation>;
  /** How the service reports its flags; absent where config says nothing. */
  reports?: Reports;
  /** By key: the values that must run. */
  flags: Record<string, string>;
  /** By key: what an absent variable means, where config says it. */
  unset?: Record<string, "on" | "off" | "unknown">;
  /** Paths that are measured, by GET. */
  endpoints?: string[];
}

/** A smoke test as a gate makes it: its service goes by the name that `services` has it under. */
export type GateSmokeTest = Omit<SmokeTest, "serviceKey"> & { renderName: string };

/** A page as a gate opens it: what must be visible follows from which flags are on. */
export interface GatePage {
  id: string;
  renderName: string;
  path: string;
  expects: {
    selector: string;
    visible: boolean;
    /** "ENABLE_X is on"; absent where it holds always. */
    because?: string;
  }[];
  withinSeconds: number;
  growthPercent: number;
  ignore: string[];
}

/** Names an endpoint in measurements and baselines: by what config calls its service, whatever Render answers. */
export function endpointId({ renderName }: Pick<GateService, "renderName">, path: string): string {
  return `${renderName} ${path}`;
}

/** A group of migrations as a gate looks at it. */
export interface GateMigrations {
  ids: string[];
  target: string[];
}

/** Said, not left out: Pulumi takes an output that is absent for one that is not known yet, in every preview. */
export const NO_BASELINE = "none";
export type NoBaseline = typeof NO_BASELINE;

/** One phase's memory: open while the rollout stands in it, closed by advancing to the next one. */
export interface GateInputs {
  phase: string;
  state: "open" | "closed";
  /** A system that was part-way before we came (`adopt`): its earlier gates may be made closed. */
  adopted: boolean;
  /** For messages and for "what next". */
  stack?: string;
  soakSeconds: number;
  timeZone: string;
  services: GateService[];
  migrations: GateMigrations[];
  runner?: RunnerInput;
  /** Checks of this gate that need not pass for a day. */
  override?: GateOverride;
  rules: GateRules;
  thresholds?: Thresholds;
  sampling?: Sampling;
  smoke?: GateSmokeTest[];
  /** Pages that are opened in a browser; absent where config names none. */
  pages?: GatePage[];
  /** Commands that ran before this gate, on the operator's machine; they stop the update themselves when they fail. */
  commands?: { id: string; command: string }[];
  /** Databases that have to be restorable before the phase is left. */
  databases?: { id: string; database: string }[];
  /** What has to be signed off before the phase is left. */
  items?: { id: string; purpose: string }[];
  /** By item: the signature, as written. */
  acknowledged?: Record<string, string>;
  criticalLogs?: string[];
  /** How failed notifications are counted in the database. */
  notifications?: { query: string };
  /** Only the `preparation` gate has it: each new text takes the baseline again. */
  rebaseline?: string;
  /** Only while open, and not of `preparation`, which takes it: what to compare with. */
  baseline?: Baseline | NoBaseline;
  /** Only while open: by service, the deploy that it verifies. A new one makes it verify again. */
  deploys?: Record<string, string>;
  /**
   * Only while open, and not of the first phase: by service, the deploy that the gate before had verified. What is live since
   * then tells nothing about this phase.
   */
  deploysBefore?: Record<string, string>;
  /** Only while open: by service, what its users met while it was deployed. */
  zeroDowntime?: Record<string, ZeroDowntime>;
  /** Only while open: by service, whether the flip changed what a static site serves. */
  served?: Record<string, Served>;
  /** Only while open: by service, flags that it had here once and that the catalogue does not name any more. */
  left?: Record<string, string[]>;
  /** Only while open: by group of migrations, its revision. */
  schema?: Record<string, string>;
}

/** An endpoint in figures, milliseconds. */
export interface Measured {
  n: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  errorRate: number | null;
  /** Evenly spaced from the fastest to the slowest right answer, for the report's distributions; absent in old states. */
  quantilesMs?: number[];
}

/** The evidence of a phase; the report is made from it. Below 20 kB, whatever was found. */
export interface GateOutputs extends GateInputs {
  version: 1;
  status: "succeeded" | "failed";
  /** What it verified last: a step forwards, or one back. */
  direction?: "advance" | "rollback";
  /** ISO times on Render's clock. */
  verifiedAt: string;
  passedAt?: string;
  closedAt?: string;
  checks: CheckResult[];
  /** Ids of the checks that would have stopped it, and that the override named. */
  overridden?: string[];
  /** By endpoint, as measured by the last verification. */
  measured?: Record<string, Measured>;
  /** When the baseline that this gate compared with was taken. */
  baselineTakenAt?: string;
  /** The baseline of endpoints that answered well for the first time here, before any flag was on: later gates compare with it,
   *  too. Absent in the state of earlier versions. */
  completes?: Baseline | NoBaseline;
  /** What the closing was decided by. */
  closing?: CheckResult[];
}

/** Inputs that a closing gate takes as they are declared now; of all others it keeps what it verified. */
const FRESH = [
  "state",
  "stack",
  "soakSeconds",
  "timeZone",
  "override",
  "rules",
  "thresholds",
  "sampling",
  "items",
  "acknowledged",
  "databases",
  "criticalLogs",
  "notifications",
  "rebaseline",
] as const;

/** Inputs whose change makes an open gate verify anew. */
const VERIFIED = [
  ...(["phase", "services", "migrations", "runner", "override", "rules", "thresholds"] as const),
  ...(["smoke", "pages", "commands", "deploys", "schema"] as const),
];

/**
 * A gate keeps what it verified when it closes: in a preview only its state changes, and what the closing asks for.
 * Only a new baseline looks at the services as they are declared now.
 */
export function closingInputs(olds: Partial<GateInputs>, news: GateInputs): GateInputs {
  const kept: Record<string, unknown> = { ...news, ...olds };
  for (const field of FRESH) {
    if (news[field] === undefined) Reflect.deleteProperty(kept, field);
    else kept[field] = news[field];
  }
  if (wantsNewBaseline(olds, news)) kept["services"] = news.services;
  return kept as unknown as GateInputs;
}

/** What a verification depends on: when one of these changes, an open gate verifies again. */
export function verified(props: GateInputs): Record<string, unknown> {
  return Object.fromEntries(VERIFIED.map((field) => [field, props[field]]));
}

/** The baseline that a gate compares with, as far as it identifies it. */
export function baselineOf(props: GateInputs & Partial<GateOutputs>): string | undefined {
  return takenBaseline(props)?.takenAt ?? props.baselineTakenAt;
}

/** A gate's baseline, where there is one. */
export function takenBaseline({ baseline }: Pick<GateInputs, "baseline"> = {}): Baseline | undefined {
  return baseline === NO_BASELINE ? undefined : baseline;
}

export function wantsNewBaseline(olds: Partial<GateInputs>, news: GateInputs): boolean {
  return news.phase === "preparation" && news.rebaseline !== undefined && news.rebaseline !== olds.rebaseline;
}

/** The inputs as they are recorded, for refresh: without what a verification adds. */
export function declared(props: GateInputs): GateInputs {
  const added: readonly string[] = props.phase === "preparation" ? [...FOUND, "baseline"] : FOUND;
  return Object.fromEntries(
    Object.entries(props).filter(([key]) => !added.includes(key)),
  ) as unknown as GateInputs;
}

/** A gate keeps when its baseline was taken; the distribution stays with the gate that took it. */
export function withoutDistribution(inputs: GateInputs): GateInputs {
  return Object.fromEntries(
    Object.entries(inputs).filter(([key]) => key !== "baseline"),
  ) as unknown as GateInputs;
}

/** Fields of the outputs that are no inputs. */
const FOUND = [
  ...["version", "status", "direction", "verifiedAt", "passedAt", "closedAt", "checks", "measured"],
  ...["baselineTakenAt", "completes", "closing", "overridden", "error"],
];
