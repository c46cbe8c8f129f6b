import { spawn } from "node:child_process";
import { join } from "node:path";

import { createProject, type Project } from "../../../rehearsal/operator/project";
import { createPulumi } from "../../../rehearsal/operator/pulumi";
import { startWorld, type World } from "../../../rehearsal/world";

/** The stand-ins, a checkout of its own, and our commands as a person starts them. */
export interface Stage {
  world: World;
  project: Project;
  env: Record<string, string>;
  /** Starts a command; with `answer`, on a pseudo-terminal, answering its first question. */
  command(
    name: "advance" | "rollback" | "review" | "drift",
    args: string[],
    options?: { answer?: string },
  ): Promise<Ended>;
  /** `pulumi up`, as it stands in the stack file. */
  up(): Promise<void>;
  stop(): Promise<void>;
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
  ms: number;
}

const ROOT = join(__dirname, "..", "..", "..");
export const STAGE_STACK = "rehearsal";

export async function openStage(executable: string, config: Record<string, unknown>): Promise<Stage> {
  const world = await startWorld();
  const project = createProject(STAGE_STACK, { ...world.stackConfig(), ...config });
  const env = {
    ...world.env(),
    ROLLOUT_PULUMI: executable,
    PULUMI_BACKEND_URL: `file://${join(project.directory, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "rehearsal",
    RENDER_API_KEY: world.render.apiKey,
    NO_COLOR: "1",
  };
  const pulumi = createPulumi({ name: "embedded", executable, why: "" }, project, STAGE_STACK, env);
  await pulumi.command(["stack", "init", STAGE_STACK]);
  return {
    world,
    project,
    env,
    command: (name, args, { answer } = {}) => {
      const words = [
        process.execPath,
        "--import",
        join(ROOT, "node_modules", "tsx", "dist", "loader.mjs"),
        join(ROOT, "cli", `${name}.ts`),
        "--stack",
        STAGE_STACK,
        ...args,
      ];
      // `script` gives a command a terminal; what it prints then comes on one stream.
      const argv =
        answer === undefined
          ? words
          : ["script", "-qefc", words.map((word) => `'${word}'`).join(" "), "/dev/null"];
      return run(argv, { cwd: project.directory, env: { ...process.env, ...env } }, answer);
    },
    up: async () => {
      const done = await pulumi.run("up");
      if (!done.ok) throw new Error(done.output);
    },
    stop: async () => {
      await world.stop();
      project.remove();
    },
  };
}

function run(
  [program = "", ...args]: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  answer: string | undefined,
): Promise<Ended> {
  const began = performance.now();
  const child = spawn(program, args, {
    ...options,
    stdio: [answer === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let answered = answer === undefined;
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (!answered && stdout.includes("[y/N]")) {
      answered = true;
      child.stdin?.write(`${answer ?? ""}\n`);
    }
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, stdout, stderr, ms: performance.now() - began });
    });
  });
}
