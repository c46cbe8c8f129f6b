import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import type { Engine, EngineEvent, EngineRun, StoredResource, Watch } from "../../../cli/engine/port";
import { findTrouble } from "../../../cli/engine/troubles";
import type { Desk } from "../../../cli/shared/desk";
import { testCatalogue } from "./catalogue";

export const STACK = "prod";

/** A stack file in which everything may stay as it is. */
export const stackFile = (phase: string, more = "") =>
  `# Production\nconfig:\n  felix-hub-rollout:phase: ${phase}   # the one line\n  felix-hub-rollout:timeZone: Europe/Berlin\n${more}`;

export type Script = (call: {
  op: "preview" | "up" | "previewRefresh";
  count: number;
  /** The text that the engine reads: the frozen copy's where it was given one. */
  stackFile: string;
  watch: Watch;
}) => Partial<EngineRun> | Promise<Partial<EngineRun>>;

export interface FakeDesk extends Desk {
  /** What was asked of the engine, in order. */
  calls: string[];
  said: string[];
  /** What the team was told. */
  told: string[];
  data: string[];
  /** Questions asked; answers are taken from `answers`. */
  asked: string[];
  answers: (string | undefined)[];
  file(): string;
  interrupt(): void;
}

/** All words that it was given, a line each. */
export const said = (desk: FakeDesk): string => desk.said.join("\n");

/** A desk in a directory of its own, with an engine that answers as scripted. What nobody scripted succeeds. */
export function fakeDesk(options: {
  text: string;
  state?: StoredResource[];
  script?: Script;
  interactive?: boolean;
  alive?: boolean;
  /** The stack's, by key. */
  secrets?: Record<string, string>;
  /** What others do while a question waits for its answer. */
  whileAsked?: (desk: FakeDesk) => void;
}): FakeDesk {
  const directory = mkdtempSync(join(tmpdir(), "rollout-cli-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  writeFileSync(join(directory, "Pulumi.yaml"), testCatalogue());
  const path = join(directory, `Pulumi.${STACK}.yaml`);
  writeFileSync(path, options.text);
  const file = () => readFileSync(path, "utf8");
  const controller = new AbortController();
  const desk: FakeDesk = {
    directory,
    calls: [],
    said: [],
    told: [],
    data: [],
    asked: [],
    answers: [],
    file,
    interrupt: () => {
      controller.abort();
    },
    interrupts: { signal: controller.signal, pressed: () => controller.signal.aborted, childrenKnow: true },
    now: () => new Date("2026-11-24T21:10:00Z"),
    git: {
      operator: async () => "Ada",
      fileAt: async () => options.text,
      isCommitted: async () => false,
      commit: async () => "a".repeat(40),
    },
    tellTeam: async (_config, _engine, text) => {
      desk.told.push(text);
    },
    isAlive: () => options.alive,
    terminal: {
      interactive: options.interactive ?? false,
      data: (text) => desk.data.push(text),
      words: (text) => desk.said.push(text),
      ask: async (question) => {
        desk.asked.push(question);
        options.whileAsked?.(desk);
        return desk.answers.shift();
      },
    },
    openEngine: async () => fakeEngine(desk, options.state ?? [], options),
  };
  return desk;
}

function fakeEngine(
  desk: FakeDesk,
  state: StoredResource[],
  { script, secrets = {} }: { script?: Script; secrets?: Record<string, string> },
): Engine {
  const counts = new Map<string, number>();
  const run =
    (op: "preview" | "up" | "previewRefresh") =>
    async (watch: Watch = {}) => {
      desk.calls.push(op);
      const count = (counts.get(op) ?? 0) + 1;
      counts.set(op, count);
      const stackFile = watch.configFile === undefined ? desk.file() : readFileSync(watch.configFile, "utf8");
      const answer = (await script?.({ op, count, stackFile, watch })) ?? {};
      return { ok: true, events: [], output: "", seconds: 1, ...answer };
    };
  return {
    about: "Engine: a fake one.",
    preview: run("preview"),
    up: run("up"),
    previewRefresh: run("previewRefresh"),
    state: async () => state,
    cancel: async () => {
      desk.calls.push("cancel");
    },
    secret: async (key) => secrets[key],
  };
}

/** A run that failed, judged as the real engine's would be. */
export function failure(events: EngineEvent[], output = "", interrupted = false): Partial<EngineRun> {
  return { ok: false, events, output, trouble: findTrouble({ events, output, interrupted, stack: STACK }) };
}

export function storedGate(
  phase: string,
  status: "succeeded" | "failed",
  state: "open" | "closed" = "open",
): StoredResource {
  const checks = [
    {
      check: "health felix-hub-backend",
      verdict: status === "succeeded" ? "pass" : "fail",
      summary: "felix-hub-backend is healthy",
    },
  ];
  return {
    kind: "Gate",
    name: `gate-${phase}`,
    inputs: { phase, state },
    outputs: { phase, state, status, passedAt: "2026-11-24T21:00:00Z", checks },
  };
}

export function storedDeploy(service: string, expects: Record<string, string>): StoredResource {
  const outputs = {
    service,
    expects,
    status: "succeeded",
    deployId: "dep-1",
    liveAt: "2026-11-24T20:00:00Z",
  };
  return { kind: "Deploy", name: `deploy-${service}`, inputs: {}, outputs };
}

export function storedMigrations(applied: string[], more: object = {}): StoredResource {
  return {
    kind: "Migrations",
    name: "migrations",
    inputs: {},
    outputs: { applied, usedConsents: {}, ...more },
  };
}
