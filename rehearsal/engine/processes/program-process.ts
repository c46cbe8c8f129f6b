import type { ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";
import { organization } from "../backend/stack-reference";
import { programPlace, type Project } from "../project/project-file";
import type { StackConfig } from "../project/stack-config";
import { startSdkProcess } from "./sdk-process";

/** What a program is told when it may begin. */
export interface ProgramStart {
  stack: string;
  config: StackConfig;
  /** Address of the server for both the resource monitor and the engine. */
  address: string;
  preview: boolean;
  parallel: number;
  /** What the program printed, in the pieces in which it came. */
  onOutput: (text: string, stream: "stdout" | "stderr") => void;
}

/** How a program ended: 32 means that it has said why by itself. */
export interface ProgramEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The user's program, run by the SDK's own runner. Its process is started at once, and loads the compiler meanwhile. */
export class ProgramProcess {
  readonly ended: Promise<ProgramEnd>;
  private readonly process: ChildProcess;

  constructor(private readonly project: Project) {
    this.process = startSdkProcess("run", {
      folder: programPlace(project).folder,
      environment: { ...process.env, ...runtimeEnvironment(project) },
      nodeArguments: nodeArguments(project),
      preload: ["wait-for-start.cjs"],
    });
    this.ended = new Promise((resolve, reject) => {
      this.process.once("error", reject);
      this.process.once("close", (code, signal) => {
        resolve({ code, signal });
      });
    });
    this.ended.catch(() => undefined);
  }

  begin(start: ProgramStart): void {
    for (const stream of ["stdout", "stderr"] as const) {
      this.process[stream]?.setEncoding("utf8").on("data", (text: string) => {
        start.onOutput(text, stream);
      });
    }
    const rest = {
      scriptArguments: runnerArguments(this.project, start),
      environment: configEnvironment(start.config),
    };
    (this.process.stdio[3] as Writable).end(JSON.stringify(rest));
  }

  /** Gives the program `graceMs` to end by itself, then ends it. */
  async stop(graceMs: number): Promise<void> {
    const timer = setTimeout(() => {
      this.kill();
    }, graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.process.kill("SIGKILL");
  }
}

function nodeArguments(project: Project): string[] {
  return project.runtimeOptions.nodeargs?.split(/\s+/).filter((argument) => argument !== "") ?? [];
}

function runtimeEnvironment(project: Project): NodeJS.ProcessEnv {
  const { typescript, tsconfig } = project.runtimeOptions;
  return {
    PULUMI_NODEJS_TYPESCRIPT: String(typescript),
    ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

function runnerArguments(project: Project, start: ProgramStart): string[] {
  const { folder, entry } = programPlace(project);
  return [
    ...["--monitor", start.address],
    ...["--engine", start.address],
    ...["--organization", organization],
    ...["--project", project.name],
    ...["--stack", start.stack],
    ...["--root-directory", project.root],
    ...["--pwd", folder],
    ...(start.preview ? ["--dry-run"] : []),
    ...["--parallel", String(start.parallel)],
    entry,
  ];
}

function configEnvironment(config: StackConfig): NodeJS.ProcessEnv {
  const entries = [...config];
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(entries.map(([key, { text }]) => [key, text]))),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(entries.filter(([, { secret }]) => secret).map(([key]) => key)),
  };
}
