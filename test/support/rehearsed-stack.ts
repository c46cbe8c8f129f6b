import type { Engine } from "../../rehearsal/operator/engine";
import { Operator } from "../../rehearsal/operator/operator";
import { createProject, type Project } from "../../rehearsal/operator/project";
import { createPulumi, type Pulumi } from "../../rehearsal/operator/pulumi";
import { endProcessesIn } from "./end-processes-in";
import { startSmallWorld, type SmallWorld } from "./small-world";

const STACK = "test";

export interface RehearsedStack {
  world: SmallWorld;
  project: Project;
  pulumi: Pulumi;
  operator: Operator;
  /** Everything that any engine printed. */
  printed: string[];
  /** The checkpoint, as `pulumi stack export` writes it. */
  exportState(): Promise<string>;
  stop(): Promise<void>;
}

/** A stack of the real program against the small world, with its API key as an encrypted secret of the stack. */
export async function rehearseStack(
  engine: Engine,
  config: Record<string, unknown> = {},
): Promise<RehearsedStack> {
  const world = await startSmallWorld();
  const project = createProject(STACK, { ...world.stackConfig(), ...config });
  const pulumi = createPulumi(engine, project, STACK, world.env());
  const printed: string[] = [];
  const quiet = () => undefined;
  const show = {
    line: quiet,
    title: quiet,
    note: quiet,
    diff: quiet,
    operation: () => ({ line: (text: string) => printed.push(text), end: quiet }),
  };
  await pulumi.command(["stack", "init", STACK]);
  await pulumi.command(["config", "set", "--stack", STACK, "--secret", "renderApiKey"], world.render.apiKey);
  return {
    world,
    project,
    pulumi,
    operator: new Operator(world, project, pulumi, show),
    printed,
    exportState: () => pulumi.command(["stack", "export", "--stack", STACK]),
    async stop() {
      await world.stop();
      endProcessesIn(project.directory);
      project.remove();
    },
  };
}
