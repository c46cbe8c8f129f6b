import { spawn, type ChildProcess } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { stringify } from "yaml";

import { endProcessesIn } from "../../support/end-processes-in";

export const repository = path.resolve(__dirname, "../../..");
const embeddedBin = path.join(repository, "rehearsal/engine/bin");

/** A `pulumi` of the machine, looked for outside of node_modules/.bin; undefined where there is none. */
export function findRealCli(): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .find(
      (folder) =>
        !folder.includes("node_modules") && folder !== embeddedBin && existsSync(path.join(folder, "pulumi")),
    );
}

/** The embedded engine and, where it is on the PATH, the Pulumi CLI: what is claimed of one is claimed of the other. */
export function enginesHere(): { engine: string; bin: string }[] {
  const real = findRealCli();
  return [
    { engine: "the embedded engine", bin: embeddedBin },
    ...(real === undefined ? [] : [{ engine: "the Pulumi CLI", bin: real }]),
  ];
}

/** Plugins that the machine's Pulumi CLI has installed; undefined where there are none. */
const installedPlugins = [path.join(homedir(), ".pulumi/plugins")].find((folder) => existsSync(folder));

/** Whether an engine can run `command:local:Command` without downloading anything. */
export function runsCommands(bin: string): boolean {
  return (
    bin === embeddedBin ||
    (installedPlugins !== undefined &&
      readdirSync(installedPlugins).some((name) => name.includes("-command-")))
  );
}

export interface ToyConfig {
  things?: Record<string, { value: string; place?: string; after?: string[]; deleteFirst?: boolean }>;
  command?: string;
  end?: "throw" | "exit0" | "exit3";
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Engine events, where the command was an operation. */
  events: EngineEvent[];
  /** `op name` of every step, without default providers; in the order of the alphabet, since parallel steps have none. */
  steps: string[];
}

export interface Running {
  child: ChildProcess;
  finished: Promise<Finished>;
  /** Waits until it has printed something on standard output. */
  said(words: string): Promise<void>;
}

export interface EngineEvent {
  resourcePreEvent?: { metadata: { op: string; urn: string; logical?: boolean } };
  resOutputsEvent?: { metadata: { op: string; urn: string } };
  summaryEvent?: { resourceChanges: Record<string, number>; result: string };
  diagnosticEvent?: { message: string; severity: string; urn?: string };
}

/** A copy of the toy program in a folder of its own, with a backend beside it. */
export class ToyProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), "engine-toy-"));
  readonly backend: string;
  private readonly started = new Set<ChildProcess>();

  /** @param bin the folder of the `pulumi` to be used.
   *  @param backend of another project, to work on the same stacks. */
  constructor(
    private readonly bin = embeddedBin,
    other?: ToyProject,
  ) {
    cpSync(path.join(repository, "test/engine/fixtures/toy"), this.folder, { recursive: true });
    symlinkSync(path.join(repository, "node_modules"), path.join(this.folder, "node_modules"));
    this.backend = other?.backend ?? path.join(this.folder, "backend");
    mkdirSync(this.backend, { recursive: true });
    mkdirSync(path.join(this.folder, "home"));
    if (installedPlugins !== undefined) symlinkSync(installedPlugins, path.join(this.folder, "home/plugins"));
  }

  /** Writes the stack file's config; secrets stay as they are. */
  configure(config: ToyConfig): void {
    const file = path.join(this.folder, "Pulumi.dev.yaml");
    const kept = existsSync(file)
      ? (readFileSync(file, "utf8").match(/^encryptionsalt: .*$|^ {2}toy:token:\n {4}secure: .*$/gm) ?? [])
      : [];
    const salt = kept.find((line) => line.startsWith("encryptionsalt"));
    const token = kept.find((line) => line.includes("toy:token"));
    const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [`toy:${key}`, value]));
    const body = stringify({ config: values });
    writeFileSync(file, `${salt ?? ""}\n${body}${token === undefined ? "" : `${token}\n`}`);
  }

  async run(...args: string[]): Promise<Finished> {
    return this.start(args).finished;
  }

  /** @param environment over this project's own; undefined takes a variable away. */
  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
    const log = path.join(this.folder, `events-${String(Math.random()).slice(2)}.log`);
    const isOperation = ["preview", "up", "refresh", "destroy"].includes(args[0] ?? "");
    const child = spawn(
      path.join(this.bin, "pulumi"),
      [...args, "--non-interactive", ...(isOperation ? ["--event-log", log, "--color", "never"] : [])],
      { cwd: this.folder, env: { ...this.environment, ...environment }, stdio: ["ignore", "pipe", "pipe"] },
    );
    this.started.add(child);
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => (stdout += piece));
    const finished = Promise.all([text(child.stderr), ended(child)]).then(([stderr, code]): Finished => {
      const events = existsSync(log) ? readEvents(log) : [];
      return { code, stdout, stderr, events, steps: stepsOf(events) };
    });
    return {
      child,
      finished,
      said: (words) => eventually(`it said "${words}"`, () => stdout.includes(words)),
    };
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: `${this.bin}${path.delimiter}${process.env["PATH"] ?? ""}`,
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      EMBEDDED_ENGINE_KEYS: path.join(this.folder, "keys"),
      PULUMI_CONFIG_PASSPHRASE: "toy",
      PULUMI_HOME: path.join(this.folder, "home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DEBUG_COMMANDS: "true",
    };
  }

  /** Waits until the provider has been asked for something. */
  called(call: string): Promise<void> {
    const file = path.join(this.folder, "calls.log");
    return eventually(
      `the provider was asked to ${call}`,
      () => existsSync(file) && readFileSync(file, "utf8").includes(call),
    );
  }

  /** What the provider was asked since the last look. */
  calls(): string[] {
    const file = path.join(this.folder, "calls.log");
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").trim().split("\n");
    rmSync(file);
    return lines;
  }

  setWorld(world: Record<string, string>): void {
    writeFileSync(path.join(this.folder, "world.json"), JSON.stringify(world));
  }

  stateText(): string {
    return readFileSync(path.join(this.backend, ".pulumi/stacks/toy/dev.json"), "utf8");
  }

  /** Ends what a test left running, and removes the folder. A CLI that was cut off leaves its helpers behind. */
  remove(): void {
    for (const child of this.started) child.kill("SIGKILL");
    endProcessesIn(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function eventually(what: string, isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`not within 30 seconds: ${what}`);
    await setTimeout(20);
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}

function readEvents(file: string): EngineEvent[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
}

function stepsOf(events: readonly EngineEvent[]): string[] {
  return events
    .flatMap(({ resourcePreEvent: event }) => (event === undefined ? [] : [event.metadata]))
    .filter(({ urn }) => !urn.includes("pulumi:providers:"))
    .map(({ op, urn }) => `${op} ${urn.split("::").at(-1) ?? ""}`)
    .sort();
}
