import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { quote } from "shell-quote";

import type { Engine } from "./engine";
import type { Project } from "./project";

export interface Step {
  op: string;
  type: string;
  name: string;
}

export interface Run {
  ok: boolean;
  exitCode: number;
  /** Without the steps of op "same". */
  steps: Step[];
  output: string;
  /** Milliseconds. */
  ms: number;
}

/** Ends the engine, as a power cut would by default. */
export type Kill = (signal?: "SIGKILL" | "SIGHUP" | "SIGINT") => void;

export type OnStep = (step: Step, kill: Kill) => void;

export type Operation = "preview" | "up" | "refresh" | "destroy";
/** Our commands beside Pulumi. */
export type OurCommand =
  "advance" | "rollback" | "status" | "verify" | "watch" | "drift" | "review" | "report";

export interface Pulumi {
  run(
    operation: Operation,
    options?: { args?: string[]; onLine?: (line: string) => void; onStep?: OnStep },
  ): Promise<Run>;
  /** One of our commands, on this engine: `npm run <name> -- --stack <stack> …`. Its steps are its own affair. */
  ours(name: OurCommand, args: string[], onLine?: (line: string) => void): Promise<Run>;
  /** One of our commands by the program `rollout`, as `npx rollout <name> …` in the checkout. */
  rollout(name: OurCommand, args: readonly string[], onLine?: (line: string) => void): Promise<Run>;
  /** Our dashboard beside the others, until it is stopped; rejects when it does not begin within a minute. */
  dashboard(): Promise<{ address: string; stop(): void }>;
  /** One of our commands on a terminal of its own, by util-linux's `script`. @returns what closes that terminal, however busy it is. */
  oursOnTerminal(name: OurCommand, args: string[]): { run: Promise<Run>; closeTerminal(): void };
  /** Any other command; rejects when it fails. */
  command(args: string[], input?: string): Promise<string>;
}

/** What the npm scripts start our commands with. */
const LOADER = ["-r", "./components/typescript/register-here.cjs"];

/** Drives an engine as an operator does: by its command line, in the project's directory. */
export function createPulumi(
  engine: Engine,
  project: Project,
  stack: string,
  env: Record<string, string>,
): Pulumi {
  const childEnv = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${join(project.directory, "state")}`,
    EMBEDDED_ENGINE_KEYS: join(project.directory, "state", "keys"),
    // Nothing else may be called so: it is a secret, and taken out of all that commands write.
    PULUMI_CONFIG_PASSPHRASE: "a-passphrase-for-rehearsals",
    // Without it the CLI hides its event log.
    PULUMI_DEBUG_COMMANDS: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...env,
  };

  const start = (args: string[]) =>
    spawn(engine.executable, [...args, "--non-interactive"], {
      cwd: project.directory,
      env: childEnv,
      stdio: ["pipe", "pipe", "pipe"],
    });

  return {
    run(operation, { args = [], onLine, onStep } = {}) {
      const folder = mkdtempSync(join(tmpdir(), "rollout-events-"));
      const eventLog = join(folder, "events.jsonl");
      // A gate's evidence is long; it stands in the stack's outputs for whoever wants it.
      const flags =
        operation === "preview" ? ["--suppress-outputs"] : ["--yes", "--skip-preview", "--suppress-outputs"];
      const child = start([
        operation,
        "--stack",
        stack,
        "--color",
        "never",
        ...flags,
        "--event-log",
        eventLog,
        ...args,
      ]);
      child.stdin.end();
      const events = followEvents(eventLog, (step) =>
        onStep?.(step, (signal = "SIGKILL") => child.kill(signal)),
      );
      return toItsEnd(child, onLine, () => {
        const steps = events.stop();
        rmSync(folder, { recursive: true, force: true });
        return steps;
      });
    },

    ours(name, args, onLine) {
      const program = [...LOADER, join("cli", `${name}.ts`), "--stack", stack, ...args];
      const child = spawn(process.execPath, program, {
        cwd: project.directory,
        // Nobody sits at it: what would have to be asked is named on the command line.
        env: { ...childEnv, ROLLOUT_PULUMI: engine.executable },
        stdio: ["ignore", "pipe", "pipe"],
      });
      return toItsEnd(child, onLine, () => []);
    },

    rollout(name, args, onLine) {
      const child = spawn(process.execPath, [join("cli", "rollout.mjs"), name, ...args], {
        cwd: project.directory,
        env: {
          ...childEnv,
          ROLLOUT_PULUMI: engine.executable,
          ROLLOUT_CALLED_AS: "npx rollout",
          ...engine.env,
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      return toItsEnd(child, onLine, () => []);
    },

    dashboard() {
      const child = spawn(process.execPath, [join("cli", "rollout.mjs"), "dashboard", "--stack", stack], {
        cwd: project.directory,
        env: { ...childEnv, ROLLOUT_PULUMI: engine.executable, ...engine.env },
        stdio: ["ignore", "pipe", "ignore"],
      });
      return new Promise((resolve, reject) => {
        const giveUp = (why: string) => {
          child.kill();
          reject(new Error(`the dashboard did not begin: ${why}`));
        };
        const timer = setTimeout(giveUp, 60_000, "no address within a minute");
        child.on("error", (error) => {
          giveUp(error.message);
        });
        child.on("close", (code) => {
          giveUp(`exit code ${code ?? "none"}`);
        });
        createInterface({ input: child.stdout }).once("line", (address) => {
          clearTimeout(timer);
          resolve({ address: address.trim(), stop: () => child.kill("SIGINT") });
        });
      });
    },

    oursOnTerminal(name, args) {
      const program = [process.execPath, ...LOADER, join("cli", `${name}.ts`), "--stack", stack, ...args];
      const child = spawn("script", ["-qefc", `exec ${quote(program)}`, "/dev/null"], {
        cwd: project.directory,
        env: { ...childEnv, ROLLOUT_PULUMI: engine.executable, ...engine.env },
        stdio: ["pipe", "pipe", "pipe"],
      });
      return {
        run: toItsEnd(child, undefined, () => []),
        closeTerminal: () => {
          child.kill("SIGKILL");
        },
      };
    },

    command(args, input = "") {
      const child = start(args);
      child.stdin.end(input);
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => {
          if (code === 0) resolve(stdout);
          else
            reject(
              new Error(
                `pulumi ${args.join(" ")} failed with exit code ${code ?? "none"}:\n${stdout}${stderr}`,
              ),
            );
        });
      });
    },
  };
}

function toItsEnd(
  child: ChildProcess,
  onLine: ((line: string) => void) | undefined,
  stepsAtEnd: () => Step[],
): Promise<Run> {
  const began = performance.now();
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      output.push(line);
      onLine?.(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const exitCode = code ?? 1;
      const ms = performance.now() - began;
      resolve({ ok: exitCode === 0, exitCode, steps: stepsAtEnd(), output: output.join("\n"), ms });
    });
  });
}

interface EngineEvent {
  resourcePreEvent?: { metadata: { op: string; type: string; urn: string } };
}

/** Reads the engine's event log while it grows: a step is listed when it starts. */
function followEvents(file: string, onStep: (step: Step) => void): { stop(): Step[] } {
  const steps: Step[] = [];
  let read = 0;
  const poll = () => {
    if (!existsSync(file)) return;
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    for (const line of lines.slice(read)) {
      read += 1;
      const pre = (JSON.parse(line) as EngineEvent).resourcePreEvent?.metadata;
      if (pre === undefined || pre.op === "same") continue;
      const step = { op: pre.op, type: pre.type, name: pre.urn.split("::").at(-1) ?? "" };
      steps.push(step);
      onStep(step);
    }
  };
  const timer = setInterval(poll, 20);
  return {
    stop() {
      clearInterval(timer);
      poll();
      return steps;
    },
  };
}
