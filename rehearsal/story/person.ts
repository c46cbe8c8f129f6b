import { stripVTControlCharacters } from "node:util";

import { basename } from "node:path";

import { NotAsExpected } from "../operator/operator";
import type { Project } from "../operator/project";
import type { OurCommand, Pulumi } from "../operator/pulumi";
import type { RecordedOperation } from "../recorder/record";
import type { Screen } from "../screen";
import type { World } from "../world";

/** One command as it went; `--record` writes these. */
export interface RecordedCommand {
  scene: string;
  words: string;
  phase: string;
  result: Ending;
  seconds: number;
  /** The engine's operations beneath it, in their order. */
  operations: RecordedOperation[];
  flagsLive: Record<string, boolean>;
  migrationsApplied: string[];
}

/**
 * well: exit code 0. Otherwise refused: nothing on Render or in the database was touched; stopped: after something was; alarm:
 * the command only looks, and there is something to do.
 */
export type Ending = "well" | "refused" | "stopped" | "alarm";

export interface Expected {
  /** Default: well. */
  ends?: Ending;
  /** What has to be among the lines printed. */
  says?: readonly (string | RegExp)[];
  /** Which lines the reader sees; default: the last four. */
  shows?: readonly RegExp[] | number;
  /** Flags that run as on, by the services' own word. */
  live?: readonly string[];
  /** Migrations that the database shows. */
  applied?: readonly string[];
  /** What happens while the command goes on, as soon as it has said so. */
  meanwhile?: { after: RegExp; happens: () => Promise<void> };
}

export interface PersonParts {
  world: World;
  project: Project;
  pulumi: Pulumi;
  screen: Screen;
  readOperations: () => RecordedOperation[];
}

const SHOWN_LINES = 4;
const LOOKS_ONLY: ReadonlySet<OurCommand> = new Set([
  "status",
  "verify",
  "watch",
  "drift",
  "review",
  "report",
]);
const ENDINGS = {
  refused: "refused (as expected): nothing was touched",
  stopped: "stopped (as expected)",
  alarm: "exit code 1 (as expected): there is something to do",
};

/** The person at the keyboard, with the runbook's commands. */
export class Person {
  readonly recorded: RecordedCommand[] = [];
  scene = "";

  constructor(private readonly parts: PersonParts) {}

  get world(): World {
    return this.parts.world;
  }

  story(text: string): void {
    this.parts.screen.story(text);
  }

  /** Lines of the stack file, changed by hand. */
  edit(changes: Record<string, unknown>): void {
    const { project, screen } = this.parts;
    screen.detail(basename(project.stackFile));
    for (const line of project.edit(changes)) screen.edited(line);
  }

  /** Puts a name to what no machine can see. */
  sign(...items: string[]): void {
    this.signed = [...new Set([...this.signed, ...items])];
    const by = `${this.world.today()} by Ada`;
    this.edit({ acknowledged: Object.fromEntries(this.signed.map((item) => [item, by])) });
  }
  private signed: string[] = [];

  /** Minutes pass on Render's clock, not here, and users go on working. */
  async wait(minutes: number, why: string): Promise<void> {
    const text = minutes >= 120 ? `${minutes / 60} hours` : `${minutes} minutes`;
    this.story(`(${text} pass on the stand-in's clock: ${why}.)`);
    await this.world.passTime(minutes + 1);
  }

  /** Types a command of the runbook, and looks at what comes of it.
   *  @throws NotAsExpected */
  async type(name: OurCommand, args: readonly string[], expected: Expected = {}): Promise<void> {
    const { world, project, pulumi, screen, readOperations } = this.parts;
    const words = ["npx rollout", name, ...args].join(" ");
    screen.prompt(words);
    const mark = world.render.requests.mark();
    const told = world.messages().length;
    const appliedBefore = await world.migrationsApplied();
    const { meanwhile } = expected;
    let happening: Promise<void> | undefined;
    const run = await pulumi.rollout(name, args, (line) => {
      screen.detail(line);
      if (meanwhile?.after.test(line) === true) happening ??= meanwhile.happens();
    });
    await happening;
    const output = stripVTControlCharacters(run.output);
    const migrationsApplied = await world.migrationsApplied();
    const wrote =
      world.render.requests.since(mark).some(({ method }) => method !== "GET") ||
      migrationsApplied.join() !== appliedBefore.join();
    const failed = wrote ? "stopped" : LOOKS_ONLY.has(name) ? "alarm" : "refused";
    const result: Ending = run.ok ? "well" : failed;
    const step: RecordedCommand = {
      scene: this.scene,
      words,
      phase: project.phase(),
      result,
      seconds: Math.round(run.ms / 100) / 10,
      operations: readOperations(),
      flagsLive: await world.flagsLive(),
      migrationsApplied,
    };
    this.recorded.push(step);
    for (const message of world.messages().slice(told)) screen.detail(`the team's chat: ${message}`);
    for (const line of chosen(output, expected.shows ?? SHOWN_LINES)) screen.shown(line);
    const wrong = differences(step, output, expected);
    if (wrong.length > 0) {
      const problems = wrong.map((line) => `  ${line}`).join("\n");
      throw new NotAsExpected(`"${this.scene}", ${words}:\n${problems}\n${tail(output)}`);
    }
    if (result !== "well") screen.ended(ENDINGS[result]);
  }
}

/** @returns lines to show, in their order, each once; a table's row without its borders. */
function chosen(output: string, shows: readonly RegExp[] | number): string[] {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  if (typeof shows === "number") return lines.slice(lines.length - shows).map(withoutBorders);
  return lines
    .filter((line, at) => shows.some((pattern) => pattern.test(line)) && lines.indexOf(line) === at)
    .map(withoutBorders);
}

function withoutBorders(line: string): string {
  if (!line.startsWith("│")) return line;
  const cells = line.split("│").map((cell) => cell.trim());
  return cells.filter((cell) => cell !== "").join("  ");
}

function differences(step: RecordedCommand, output: string, expected: Expected): string[] {
  const wrong: string[] = [];
  const ends = expected.ends ?? "well";
  if (step.result !== ends) wrong.push(`it ended "${step.result}", and should have ended "${ends}"`);
  for (const words of expected.says ?? []) {
    const said = typeof words === "string" ? output.includes(words) : words.test(output);
    if (!said) wrong.push(`it did not say ${String(words)}`);
  }
  const live = Object.keys(step.flagsLive).filter((flag) => step.flagsLive[flag]);
  if (expected.live !== undefined) compareSets("flags on and live", live, expected.live, wrong);
  if (expected.applied !== undefined)
    compareSets("migrations applied", step.migrationsApplied, expected.applied, wrong);
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

function tail(output: string): string {
  return output
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-12)
    .map((line) => `  | ${line}`)
    .join("\n");
}
