import type { World } from "../world";
import type { Project } from "./project";
import type { Operation, OurCommand, Pulumi, Run, Step } from "./pulumi";

/** One operation as it went; `--record` writes these. */
export interface RecordedStep {
  title: string;
  phase: string;
  operation: Operation | OurCommand;
  result: "succeeded" | "failed";
  seconds: number;
  /** What happened to each resource; empty where a command of ours ran. */
  resources: Step[];
  /** By method and route: how many requests Render got. */
  requests: Record<string, number>;
  flagsLive: Record<string, boolean>;
  migrationsApplied: string[];
}

/** What the person at the keyboard sees, as it happens. */
export interface Show {
  title(text: string): void;
  note(text: string): void;
  diff(file: string, lines: string[]): void;
  /** @param words as they are typed. */
  operation(words: string): { line: (text: string) => void; end: (step: RecordedStep) => void };
}

export interface Expected {
  /** Default: succeeded. */
  result?: "succeeded" | "failed";
  /** What has to be among the lines printed. */
  says?: string[];
  /** Flags that run as on, by the services' own word. */
  live?: readonly string[];
  applied?: readonly string[];
  /** By method and route, exactly; a write that is not named must not happen when `onlyTheseWrites`. */
  requests?: Record<string, number>;
  onlyTheseWrites?: boolean;
  /** GETs a service, at the most. */
  readsPerService?: number;
  /** Only a preview has it: the stack is as declared, with nothing to do. */
  noChanges?: boolean;
  /** Operations on resources, as `update FeatureFlag ENABLE_CAR_NUMBER`, that must be among the steps in this order. */
  order?: string[];
}

export const ENV_VAR_PUT = "PUT /v1/services/{serviceId}/env-vars/{envVarKey}";
const ENV_VAR_LIST_PUT = "PUT /v1/services/{serviceId}/env-vars";
export const DEPLOY_POST = "POST /v1/services/{serviceId}/deploys";

export interface Scene {
  title: string;
  play: (operator: Operator) => Promise<void>;
}

/** Thrown when something did not come out as it must; the rehearsal then ends with exit code 1. */
export class NotAsExpected extends Error {}

/** The person at the keyboard: edits the stack file, runs Pulumi, looks at what came of it. */
export class Operator {
  readonly recorded: RecordedStep[] = [];
  private title = "";

  constructor(
    readonly world: World,
    private readonly project: Project,
    private readonly pulumi: Pulumi,
    private readonly show: Show,
  ) {}

  begin(title: string): void {
    this.title = title;
    this.show.title(title);
  }

  edit(changes: Record<string, unknown>): void {
    const lines = this.project.edit(changes);
    this.show.diff(this.project.stackFile, lines);
  }

  /** Something that happens outside, told in a line. */
  note(line: string): void {
    this.show.note(line);
  }

  preview(expected: Expected = {}): Promise<Run> {
    return this.operate("preview", { onlyTheseWrites: true, ...expected });
  }

  up(expected: Expected = {}): Promise<Run> {
    return this.operate("up", expected);
  }

  refresh(expected: Expected = {}): Promise<Run> {
    return this.operate("refresh", expected);
  }

  /** A command of ours, as `npm run` starts it; what it has to ask must be among the arguments. */
  ours(name: OurCommand, args: string[], expected: Expected = {}): Promise<Run> {
    const words = ["npm run", name, "-- --stack", this.project.stack, ...args].join(" ");
    return this.record(name, words, expected, (onLine) => this.pulumi.ours(name, args, onLine));
  }

  private operate(operation: Operation, expected: Expected): Promise<Run> {
    const args = expected.noChanges === true ? ["--expect-no-changes"] : [];
    const words = ["pulumi", operation, ...(operation === "up" ? ["--yes"] : args)].join(" ");
    return this.record(operation, words, expected, (onLine) => this.pulumi.run(operation, { args, onLine }));
  }

  private async record(
    operation: RecordedStep["operation"],
    words: string,
    expected: Expected,
    start: (onLine: (line: string) => void) => Promise<Run>,
  ): Promise<Run> {
    const mark = this.world.render.requests.mark();
    const told = this.world.messages().length;
    const shown = this.show.operation(words);
    const run = await start(shown.line);
    const requests = this.world.render.requests.countsSince(mark);
    const step: RecordedStep = {
      title: this.title,
      phase: this.project.phase(),
      operation,
      result: run.ok ? "succeeded" : "failed",
      seconds: Math.round(run.ms / 100) / 10,
      resources: run.steps,
      requests,
      flagsLive: await this.world.flagsLive(),
      migrationsApplied: await this.world.migrationsApplied(),
    };
    this.recorded.push(step);
    shown.end(step);
    for (const message of this.world.messages().slice(told)) {
      this.show.note(`   the team's chat: ${message.replaceAll("\n", "\n     ")}`);
    }
    const wrong = differences(step, run.output, expected, this.world.serviceCount);
    if (wrong.length > 0)
      throw new NotAsExpected(
        `"${this.title}", ${operation}:\n${wrong.map((line) => `  ${line}`).join("\n")}`,
      );
    return run;
  }
}

/** Plays scene after scene; answers with what was not as expected, if anything, and then plays no more. */
export async function playAll(operator: Operator, scenes: readonly Scene[]): Promise<string | undefined> {
  for (const { title, play } of scenes) {
    operator.begin(title);
    try {
      await play(operator);
    } catch (error) {
      if (error instanceof NotAsExpected) return error.message;
      throw error;
    }
  }
  return undefined;
}

/** What is not as expected, a sentence each. */
function differences(step: RecordedStep, output: string, expected: Expected, services: number): string[] {
  const wrong: string[] = [];
  const result = expected.result ?? "succeeded";
  if (step.result !== result) wrong.push(`it ${step.result}, and should have ${result}`);
  for (const words of expected.says ?? []) {
    if (!output.includes(words)) wrong.push(`it did not say "${words}"`);
  }
  const live = Object.keys(step.flagsLive).filter((flag) => step.flagsLive[flag]);
  if (expected.live !== undefined) compareSets("flags on and live", live, expected.live, wrong);
  if (expected.applied !== undefined)
    compareSets("migrations applied", step.migrationsApplied, expected.applied, wrong);
  const reads = Object.entries(step.requests).filter(([route]) => route.startsWith("GET "));
  const writes = Object.entries(step.requests).filter(([route]) => !route.startsWith("GET "));
  for (const [route, times] of Object.entries(expected.requests ?? {})) {
    const seen = step.requests[route] ?? 0;
    if (seen !== times) wrong.push(`${route}: ${seen} requests, expected ${times}`);
  }
  if (expected.onlyTheseWrites === true) {
    for (const [route, times] of writes) {
      if (expected.requests?.[route] === undefined) wrong.push(`${route}: ${times} requests, expected none`);
    }
  }
  const read = reads.reduce((sum, [, times]) => sum + times, 0);
  if (expected.readsPerService !== undefined && read > expected.readsPerService * services) {
    wrong.push(`${read} reads for ${services} services, expected at most ${expected.readsPerService} each`);
  }
  if ((step.requests[ENV_VAR_LIST_PUT] ?? 0) > 0)
    wrong.push("a service's whole list of variables was replaced");
  let from = 0;
  const steps = step.resources.map(({ op, type, name }) => `${op} ${type.split(":").at(-1) ?? type} ${name}`);
  for (const wanted of expected.order ?? []) {
    const at = steps.indexOf(wanted, from);
    if (at < 0) wrong.push(`"${wanted}" is not among the steps, or not in its order: ${steps.join(", ")}`);
    else from = at + 1;
  }
  return wrong;
}

function compareSets(
  what: string,
  seen: readonly string[],
  wanted: readonly string[],
  wrong: string[],
): void {
  const text = (list: readonly string[]) => [...list].sort().join(", ") || "none";
  if (text(seen) !== text(wanted)) wrong.push(`${what}: ${text(seen)}; expected ${text(wanted)}`);
}
