import { join } from "node:path";

import { createProject, type Project } from "../../../rehearsal/operator/project";
import { createPulumi, type Pulumi } from "../../../rehearsal/operator/pulumi";
import type { World } from "../../../rehearsal/world";
import { endProcessesIn } from "../../support/end-processes-in";
import { runTyped, type Ended, type Typed } from "./typed-process";

/** The stand-ins, a checkout of its own, and our commands as a person starts them. */
export interface Stage {
  world: World;
  project: Project;
  pulumi: Pulumi;
  env: Record<string, string>;
  /** Starts a command; with `typed`, on a pseudo-terminal, each text typed when its prompt stands there. */
  command(
    name: "advance" | "rollback" | "review" | "drift" | "verify" | "status",
    args: string[],
    options?: { typed?: Typed[] },
  ): Promise<Ended>;
  /** `pulumi up`, as it stands in the stack file. */
  up(): Promise<void>;
  stop(): Promise<void>;
}

const ROOT = join(__dirname, "..", "..", "..");
const STAGE_STACK = "rehearsal";

/** @param executable path of a `pulumi`. @param start the world that it runs against. */
export async function openStage(
  executable: string,
  config: Record<string, unknown>,
  start: () => Promise<World>,
): Promise<Stage> {
  const world = await start();
  const project = createProject(STAGE_STACK, { ...world.stackConfig(), ...config });
  const env = {
    // No word that is printed otherwise: a passphrase is a secret, and taken out of all that is said.
    PULUMI_CONFIG_PASSPHRASE: "a-passphrase-for-tests",
    ...world.env(),
    ROLLOUT_PULUMI: executable,
    PULUMI_BACKEND_URL: `file://${join(project.directory, "state")}`,
    EMBEDDED_ENGINE_KEYS: join(project.directory, "state", "keys"),
    RENDER_API_KEY: world.render.apiKey,
    NO_COLOR: "1",
    // Who works here, whoever runs the tests: the name stands in what is shown, and decides how wide it is.
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "user.name",
    GIT_CONFIG_VALUE_0: "Ada Lovelace",
  };
  const pulumi = createPulumi({ name: "embedded", executable, why: "" }, project, STAGE_STACK, env);
  await pulumi.command(["stack", "init", STAGE_STACK]);
  return {
    world,
    project,
    pulumi,
    env,
    command: (name, args, { typed } = {}) => {
      const loader = join(ROOT, "components", "typescript", "register-here.cjs");
      const script = join(ROOT, "cli", `${name}.ts`);
      const argv = [process.execPath, "-r", loader, script, "--stack", STAGE_STACK, ...args];
      return runTyped(argv, { cwd: project.directory, env: { ...process.env, ...env } }, typed);
    },
    up: async () => {
      const done = await pulumi.run("up");
      if (!done.ok) throw new Error(done.output);
    },
    stop: async () => {
      await world.stop();
      endProcessesIn(project.directory);
      project.remove();
    },
  };
}
