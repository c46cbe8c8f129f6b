import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { organization } from "../backend/stack-reference";
import { programPlace, type Project } from "../project/project-file";
import type { StackConfig } from "../project/stack-config";

export interface ProgramOptions {
  project: Project;
  stack: string;
  config: StackConfig;
  /** Address of the server for both the resource monitor and the engine. */
  address: string;
  preview: boolean;
  parallel: number;
  environment: NodeJS.ProcessEnv;
  /** What the program printed, in the pieces in which it came. */
  onOutput: (text: string, stream: "stdout" | "stderr") => void;
}

/** How a program ended: 32 means that it has said why by itself. */
export interface ProgramEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The user's program, run by the SDK's own runner. */
export class ProgramProcess {
  private readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<ProgramEnd>;

  constructor(options: ProgramOptions) {
    const place = programPlace(options.project);
    const runner = createRequire(path.join(place.folder, "index.js")).resolve("@pulumi/pulumi/cmd/run");
    this.process = spawn(
      process.execPath,
      [
        ...nodeArguments(options.project),
        "--require",
        endWithParent,
        runner,
        ...runnerArguments(options, place),
      ],
      {
        cwd: place.folder,
        env: programEnvironment(options),
        stdio: ["pipe", "pipe", "pipe"],
        detached: true,
      },
    );
    for (const stream of ["stdout", "stderr"] as const) {
      this.process[stream].setEncoding("utf8").on("data", (text: string) => {
        options.onOutput(text, stream);
      });
    }
    this.ended = new Promise((resolve, reject) => {
      this.process.once("error", reject);
      this.process.once("close", (code, signal) => {
        resolve({ code, signal });
      });
    });
  }

  /** Gives the program `graceMs` to end by itself, then ends it. */
  async stop(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.process.kill("SIGKILL"), graceMs);
    await this.ended;
    clearTimeout(timer);
  }
}

const endWithParent = path.join(__dirname, "..", "provider", "end-with-parent.cjs");

function nodeArguments(project: Project): string[] {
  return project.runtimeOptions.nodeargs?.split(/\s+/).filter((argument) => argument !== "") ?? [];
}

function runnerArguments(options: ProgramOptions, place: { folder: string; entry: string }): string[] {
  return [
    ...["--monitor", options.address],
    ...["--engine", options.address],
    ...["--organization", organization],
    ...["--project", options.project.name],
    ...["--stack", options.stack],
    ...["--root-directory", options.project.root],
    ...["--pwd", place.folder],
    ...(options.preview ? ["--dry-run"] : []),
    ...["--parallel", String(options.parallel)],
    place.entry,
  ];
}

function programEnvironment(options: ProgramOptions): NodeJS.ProcessEnv {
  const { typescript, tsconfig } = options.project.runtimeOptions;
  const entries = [...options.config];
  return {
    ...options.environment,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(entries.map(([key, { text }]) => [key, text]))),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(entries.filter(([, { secret }]) => secret).map(([key]) => key)),
    PULUMI_NODEJS_TYPESCRIPT: String(typescript),
    ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}
