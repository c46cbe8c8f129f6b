import type { StackConfig } from "../../components/config";
import type { StoredResource } from "../../cli/engine/port";
import { buildRecord, type RecordSources } from "../../cli/log/build-record";
import type { RolloutRecord } from "../../cli/log/record";
import { writeUpdateMessage } from "../../cli/log/update-message";
import { shop } from "../plan/shop";
import { seededRandom } from "../probes/latency/seeded-random";

const PHASES: readonly string[] = [
  "preparation",
  "migrations",
  "api",
  "ui",
  "notifications",
  "smoke",
  "monitoring",
  "complete",
];

/** A shop with something in every phase; names only what the stories need. */
export function storyConfig(changes: Partial<StackConfig> = {}): StackConfig {
  const base = shop();
  const service = base.services[0]?.key ?? "api";
  const site = base.services[1]?.key ?? service;
  return {
    ...base,
    timeZone: "Europe/Berlin",
    flags: [
      { key: "ENABLE_CART", serviceKey: service, phase: "api", purpose: "The cart", requires: [] },
      { key: "VITE_NEW_LOOK", serviceKey: site, phase: "ui", purpose: "The new look", requires: [] },
      {
        key: "ENABLE_MESSAGES",
        serviceKey: service,
        phase: "notifications",
        purpose: "Messages",
        requires: [],
      },
    ],
    prerequisites: [
      { id: "team-informed", phase: "preparation", purpose: "The team knows" },
      { id: "no-complaints", phase: "monitoring", purpose: "No user has complained about anything major" },
    ],
    soakSeconds: { ...base.soakSeconds, api: 900, ui: 900, monitoring: 86_400 },
    ...changes,
  };
}

export interface Told {
  phase?: string;
  result?: "succeeded" | "failed";
  hold?: string[];
  command?: string;
  by?: string;
  because?: string;
  /** Times as long as the baseline's. */
  slower?: number;
  errorRate?: number;
  /** Probes of each deploy that failed. */
  failedProbes?: number;
  acknowledged?: Record<string, string>;
  overrides?: Record<string, string>;
  /** Minutes that pass before it. */
  after?: number;
  seconds?: number;
  checks?: Record<string, unknown>[];
  closing?: Record<string, unknown>[];
}

/** Plays a stack's updates, and keeps what Pulumi, its state and our logs would hold then. */
export class Story {
  readonly config: StackConfig;
  private nowMs = Date.parse("2026-11-24T20:00:00Z");
  private readonly random = seededRandom(7);
  private phase = "preparation";
  private hold: string[] = [];
  private acknowledged: Record<string, string> = {};
  private readonly gates = new Map<string, StoredResource>();
  private readonly deploys = new Map<string, Record<string, unknown>>();
  private readonly values = new Map<string, string>();
  private migrated: string[] = [];
  private readonly history: Record<string, unknown>[] = [];
  private readonly left: StoredResource[][] = [];
  private readonly sampleLines: string[] = [];
  private readonly watchLines: string[] = [];

  constructor(changes: Partial<StackConfig> = {}) {
    this.config = storyConfig(changes);
  }

  tell(told: Told = {}): this {
    const { result = "succeeded", after = 20, seconds = 90 } = told;
    this.nowMs += after * 60_000;
    const startMs = this.nowMs;
    this.phase = told.phase ?? this.phase;
    this.hold = told.hold ?? this.hold;
    this.acknowledged = { ...this.acknowledged, ...told.acknowledged };
    this.nowMs += seconds * 1000;
    this.change(told, startMs);
    this.verify(told);
    const project = this.config.project;
    this.history.push({
      kind: "update",
      version: 0,
      startTime: new Date(startMs),
      endTime: new Date(this.nowMs),
      message: writeUpdateMessage({
        title: `${told.command ?? "update"} to ${this.phase}`,
        command: told.command,
        by: told.by ?? "Ada",
        because: told.because,
      }),
      environment: {},
      result,
      config: {
        [`${project}:phase`]: { value: this.phase },
        [`${project}:hold`]: { value: JSON.stringify(this.hold) },
        [`${project}:acknowledged`]: { value: JSON.stringify(this.acknowledged) },
        [`${project}:override`]: { value: JSON.stringify(told.overrides ?? {}) },
        [`${project}:renderApiKey`]: { value: "rnd_canary", secret: true },
      },
      resourceChanges: { update: 3 },
    });
    this.left.push(structuredClone(this.state()));
    return this;
  }

  /** Lines of the watch, as far apart as its samples. */
  watch(minutes: number, everySeconds = 10): this {
    for (let second = 0; second < minutes * 60; second += everySeconds) {
      this.nowMs += everySeconds * 1000;
      const at = new Date(this.nowMs).toISOString();
      for (const endpoint of this.endpoints()) {
        const ms = Math.round((20 + 15 * this.random() + 60 * this.random() ** 8) * 10) / 10;
        this.watchLines.push(
          JSON.stringify({ at, serviceKey: "api", event: "sample", endpoint, ms, ok: true }),
        );
      }
    }
    return this;
  }

  note(event: string, text = "", after = 1): this {
    this.nowMs += after * 60_000;
    const at = new Date(this.nowMs).toISOString();
    this.watchLines.push(JSON.stringify({ at, serviceKey: "api", event, text }));
    return this;
  }

  sources(changes: Partial<RecordSources> = {}): RecordSources {
    return {
      at: new Date(this.nowMs + 60_000),
      config: {
        ...this.config,
        phase: this.phase as StackConfig["phase"],
        hold: this.hold,
        acknowledged: this.signatures(),
      },
      history: [...this.history].reverse(),
      left: this.left,
      state: this.state(),
      watchLog: this.watchLines.length === 0 ? undefined : this.watchLines.join("\n"),
      sampleLog: this.sampleLines.join("\n"),
      commits: [],
      unread: [],
      ...changes,
    };
  }

  record(changes: Partial<RecordSources> = {}): RolloutRecord {
    return buildRecord(this.sources(changes));
  }

  private signatures(): StackConfig["acknowledged"] {
    return Object.fromEntries(
      Object.entries(this.acknowledged).map(([item, text]) => {
        const [date = "", by = ""] = text.split(" by ");
        return [item, { date, by, text }];
      }),
    );
  }

  private endpoints(): string[] {
    return ["api /orders", "api /parts"];
  }

  private change({ failedProbes = 0 }: Told, startMs: number): void {
    const index = PHASES.indexOf(this.phase);
    const deployed = new Set<string>();
    for (const { key, serviceKey: service, phase } of this.config.flags) {
      const value = String(PHASES.indexOf(phase) <= index && !this.hold.includes(key));
      if (this.values.get(key) !== value && this.values.has(key)) deployed.add(service);
      this.values.set(key, value);
    }
    for (const { key: name } of this.config.services) {
      if (!deployed.has(name) && this.deploys.has(name)) continue;
      const at = new Date(startMs + 30_000).toISOString();
      const failures = Array.from({ length: failedProbes }, () => ({ at, answer: "HTTP 502" }));
      this.deploys.set(name, {
        renderName: name,
        deployId: `dep-${name}-${this.history.length + 1}`,
        liveAt: at,
        status: "succeeded",
        zeroDowntime: deployed.has(name)
          ? { probe: "GET /health", probes: 30, failed: failedProbes, failures }
          : { probe: "none", probes: 0, failed: 0, failures: [] },
      });
    }
    if (index >= 1) this.migrated = this.config.migrations.map(({ id }) => id);
  }

  private verify({ result = "succeeded", slower = 1, errorRate = 0, checks = [], closing = [] }: Told): void {
    const at = new Date(this.nowMs).toISOString();
    const index = PHASES.indexOf(this.phase);
    for (const later of PHASES.slice(index + 1)) this.gates.delete(later);
    for (const earlier of PHASES.slice(0, index)) {
      const gate = this.gates.get(earlier);
      if (gate?.outputs["state"] !== "open") continue;
      Object.assign(gate.outputs, {
        state: "closed",
        closedAt: at,
        acknowledged: this.acknowledged,
        closing,
      });
    }
    const sorted = Array.from(
      { length: 120 },
      () => slower * (20 + 15 * this.random() + 60 * this.random() ** 8),
    )
      .sort((a, b) => a - b)
      .map((ms) => Math.round(ms * 10) / 10);
    const figures = {
      n: 120,
      p50: sorted[60] ?? 0,
      p95: sorted[114] ?? 0,
      p99: sorted[118] ?? 0,
      errorRate,
    };
    const quantilesMs = Array.from({ length: 21 }, (_, each) => sorted[Math.round((each / 20) * 119)] ?? 0);
    const endpoints = this.endpoints();
    for (const endpoint of endpoints)
      for (const ms of sorted)
        this.sampleLines.push(
          JSON.stringify({ at, event: "sample", phase: this.phase, endpoint, ms, ok: true, measured: true }),
        );
    const first = this.phase === "preparation";
    const distribution = { n: 120, sortedMs: sorted };
    const measured = Object.fromEntries(endpoints.map((each) => [each, { ...figures, quantilesMs }]));
    const baseline = {
      takenAt: at,
      method: "type 7",
      endpoints: Object.fromEntries(endpoints.map((each) => [each, { ...figures, distribution }])),
    };
    const limit = this.config.thresholds.advance;
    const percent = Math.round((slower - 1) * 1000) / 10;
    const late = percent > limit.latencyIncreasePercent;
    this.gates.set(this.phase, {
      kind: "Gate",
      name: `gate-${this.phase}`,
      inputs: {},
      outputs: {
        phase: this.phase,
        state: "open",
        status: result,
        direction: "advance",
        verifiedAt: at,
        ...(result === "succeeded" ? { passedAt: at } : {}),
        measured,
        ...(first && !this.gates.has("preparation") ? { baseline } : {}),
        ...(first && this.gates.has("preparation")
          ? { baseline: this.gates.get("preparation")?.outputs["baseline"] }
          : {}),
        baselineTakenAt: at,
        acknowledged: this.acknowledged,
        checks: [
          ...this.config.services.map(({ key: name }) =>
            check(at, `health ${name}`, "pass", `${name} is healthy`),
          ),
          ...this.config.services.map(({ key: name }) =>
            check(at, `flags ${name}`, "pass", `${name} runs its flags as declared`),
          ),
          {
            ...check(
              at,
              "error-rate",
              errorRate * 100 > 1 ? "fail" : "pass",
              `${errorRate * 100} % of 240 requests failed.`,
            ),
            observed: `${errorRate * 100} %`,
            samples: 240,
            threshold: "< 1 %",
            evidence: { failures: Math.round(errorRate * 240) },
          },
          {
            ...check(at, "api-latency", late ? "fail" : "pass", `Latency changed by ${percent} %.`),
            observed: `${percent >= 0 ? "+" : ""}${percent} %`,
            samples: 240,
            threshold: `< +${limit.latencyIncreasePercent} % vs baseline, confidence 0.98`,
          },
          check(at, "smoke orders", "pass", "orders: as expected, in 12 ms."),
          {
            ...check(at, "telegram", "pass", "a message arrived after 0.4 s"),
            observed: "412 ms",
            threshold: "≤ 5 s",
          },
          ...checks.map((each) => ({ at, probe: "none", ...each })),
        ],
      },
    });
  }

  private state(): StoredResource[] {
    const resource = (kind: string, name: string, outputs: Record<string, unknown>): StoredResource => ({
      kind,
      name,
      inputs: {},
      outputs,
    });
    return [
      ...this.config.flags.map(({ key, serviceKey }) =>
        resource("FeatureFlag", key, {
          key,
          renderName: serviceKey,
          value: this.values.get(key),
          status: "succeeded",
        }),
      ),
      ...[...this.deploys].map(([name, outputs]) => resource("Deploy", `deploy-${name}`, outputs)),
      resource("Migrations", "migrations", {
        migrations: this.config.migrations.map(({ id }) => ({ id })),
        applied: this.migrated,
        kept: [],
        appliedAt: Object.fromEntries(this.migrated.map((id) => [id, "2026-11-24T20:30:00.000Z"])),
      }),
      ...this.gates.values(),
    ];
  }
}

function check(at: string, name: string, verdict: string, summary: string) {
  return { check: name, verdict, summary, probe: "GET https://shop.example/health", at };
}

/** From beginning to end, without a fault. */
export function fullStory(changes: Partial<StackConfig> = {}): Story {
  const signed = { "team-informed": "2026-11-24 by Ada" };
  const story = new Story(changes).tell({ phase: "preparation", command: "advance" });
  story.tell({ phase: "migrations", command: "advance", acknowledged: signed, because: "the team is there" });
  for (const phase of ["api", "ui", "notifications", "smoke", "monitoring"])
    story.tell({ phase, command: "advance", slower: 1.03 });
  const at = "2026-11-25T22:00:00.000Z";
  return story.watch(30, 60).tell({
    phase: "complete",
    command: "advance",
    after: 24 * 60,
    slower: 1.04,
    acknowledged: { "no-complaints": "2026-11-25 by Ada" },
    closing: [
      {
        at,
        check: "soak-error-rate api",
        verdict: "pass",
        summary: "0.1 % of 9000 requests",
        probe: "metrics",
        observed: "0.1 %",
      },
      { at, check: "soak-logs api", verdict: "pass", summary: "no critical line in 24 hours", probe: "logs" },
    ],
  });
}

/** Slow at `notifications`, taken back to `ui`. */
export function rolledBackStory(): Story {
  const story = new Story().tell({ phase: "preparation", command: "advance" });
  for (const phase of ["migrations", "api", "ui"]) story.tell({ phase, command: "advance" });
  return story
    .tell({ phase: "notifications", command: "advance", result: "failed", slower: 1.6, failedProbes: 2 })
    .tell({
      phase: "ui",
      command: "rollback",
      by: "Grace",
      because: "orders take twice as long",
      after: 2,
      seconds: 71,
    });
}

/** Stands in `api`. */
export function unfinishedStory(): Story {
  const story = new Story().tell({ phase: "preparation", command: "advance" });
  return story.tell({ phase: "migrations", command: "advance" }).tell({ phase: "api", command: "advance" });
}
