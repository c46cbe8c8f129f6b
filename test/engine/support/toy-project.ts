import { spawn, type ChildProcess } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { stringify } from "yaml";

export const repository = path.resolve(__dirname, "../../..");
export const embeddedBin = path.join(repository, "rehearsal/engine/bin");

/** A `pulumi` of the machine, looked for outside of node_modules/.bin; undefined where there is none. */
export function findRealCli(): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .find(
      (folder) =>
        !folder.includes("node_modules") && folder !== embeddedBin && existsSync(path.join(folder, "pulumi")),
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
  private readonly settings: Record<string, unknown> = {};

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
  }

  /** Writes the stack file's config; secrets stay as they are. */
  configure(config: ToyConfig): void {
    const file = path.join(this.folder, "Pulumi.dev.yaml");
    const kept = existsSync(file)
      ? (readFileSync(file, "utf8").match(/^encryptionsalt: .*$|^ {2}toy:token:\n {4}secure: .*$/gm) ?? [])
      : [];
    const salt = kept.find((line) => line.startsWith("encryptionsalt"));
    const token = kept.find((line) => line.includes("toy:token"));
    Object.assign(this.settings, config);
    const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [`toy:${key}`, value]));
    const body = stringify({ config: values });
    writeFileSync(file, `${salt ?? ""}\n${body}${token === undefined ? "" : `${token}\n`}`);
  }

  async run(...args: string[]): Promise<Finished> {
    return this.start(...args).finished;
  }

  start(...args: string[]): { child: ChildProcess; finished: Promise<Finished> } {
    const log = path.join(this.folder, `events-${String(Math.random()).slice(2)}.log`);
    const isOperation = ["preview", "up", "refresh", "destroy"].includes(args[0] ?? "");
    const child = spawn(
      path.join(this.bin, "pulumi"),
      [...args, "--non-interactive", ...(isOperation ? ["--event-log", log, "--color", "never"] : [])],
      { cwd: this.folder, env: this.environment, stdio: ["ignore", "pipe", "pipe"] },
    );
    const finished = Promise.all([text(child.stdout), text(child.stderr), ended(child)]).then(
      ([stdout, stderr, code]): Finished => {
        const events = existsSync(log) ? readEvents(log) : [];
        return { code, stdout, stderr, events, steps: stepsOf(events) };
      },
    );
    return { child, finished };
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: `${this.bin}${path.delimiter}${process.env["PATH"] ?? ""}`,
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      PULUMI_CONFIG_PASSPHRASE: "toy",
      PULUMI_HOME: path.join(this.folder, "home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DEBUG_COMMANDS: "true",
    };
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

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
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
