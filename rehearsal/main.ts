import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pc from "picocolors";

import { allowedIncreasePercent, measureMachine, tellBusy } from "./busy";
import { chooseEngine } from "./operator/engine";
import { createProject } from "./operator/project";
import { createPulumi } from "./operator/pulumi";
import { parseOptions } from "./options";
import { createRecordReader, recorded } from "./recorder/record";
import { createScreen } from "./screen";
import { chooseStory } from "./story/choose-story";
import { Person } from "./story/person";
import { playScenes } from "./story/play";

const STACK = "rehearsal";

/** Who sits at the keyboard, as git would say it. */
const OPERATOR = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "user.name", GIT_CONFIG_VALUE_0: "Ada" };

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  const folder = join(
    tmpdir(),
    `rollout-rehearsal-${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}`,
  );
  mkdirSync(folder, { recursive: true });
  const transcript = join(folder, "transcript.txt");
  const screen = createScreen(transcript, options.verbose === true);
  const engine = recorded(chooseEngine(options.engine), join(folder, "operations.jsonl"));
  const machine = measureMachine();
  const began = performance.now();
  screen.line(engine.why);
  screen.line(`All that the commands print stands in ${transcript}.`);
  const busy = tellBusy(machine);
  if (busy !== undefined) screen.line(pc.yellow(busy));
  const story = await chooseStory(options.project, allowedIncreasePercent(machine));
  screen.line(story.about);
  const { world, scenes } = story;
  const project = createProject(STACK, world.stackConfig(), options.project);
  const endings: (() => void)[] = [];
  const stop = () =>
    world.stop().finally(() => {
      for (const end of endings) end();
      project.remove();
    });
  process.once("SIGINT", () => void stop().then(() => process.exit(130)));
  process.once("SIGTERM", () => void stop().then(() => process.exit(143)));
  try {
    const pulumi = createPulumi(engine, project, STACK, { ...world.env(), ...OPERATOR });
    await pulumi.command(["stack", "init", STACK]);
    await pulumi.command(
      ["config", "set", "--stack", STACK, "--secret", "renderApiKey"],
      world.render.apiKey,
    );
    if (options.dashboard === true) {
      const dashboard = await pulumi.dashboard();
      endings.push(() => {
        dashboard.stop();
      });
      screen.line(`Its dashboard, live until the end: ${dashboard.address}`);
    }
    const readOperations = createRecordReader(join(folder, "operations.jsonl"), world.render.requests);
    const person = new Person({ world, project, pulumi, screen, readOperations });
    const problem = await playScenes(person, scenes, screen, options);
    if (options.record !== undefined) {
      const record = { engine: engine.name, machine, commands: person.recorded };
      writeFileSync(options.record, `${JSON.stringify(record, null, 2)}\n`);
      screen.line(`Record: ${options.record}`);
    }
    // Whatever came of it: a report of a rehearsal that failed is one, too.
    const report = join(folder, "report.html");
    const written = await pulumi.ours("report", ["-o", report]);
    if (written.ok) screen.line(`Its report: ${report}`);
    else
      screen.line(
        pc.yellow(`Its report could not be written: ${written.output.trim().split("\n").at(-1) ?? ""}`),
      );
    const refused = world.render.requests.refused();
    const seconds = Math.round((performance.now() - began) / 1000);
    screen.line();
    if (problem === undefined && refused.length === 0) {
      const commands = person.recorded.length;
      screen.line(pc.green(`Every one of ${commands} commands did what it had to, in ${seconds} s.`));
      return 0;
    }
    if (problem !== undefined) screen.line(pc.red(`Not as expected: ${problem}`));
    for (const request of refused)
      screen.line(pc.red(`The stand-in refused a request that Render does not know: ${request}`));
    screen.line(`Everything that was printed: ${transcript}`);
    return 1;
  } finally {
    await stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exit(1);
  },
);
