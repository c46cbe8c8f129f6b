import { writeFileSync } from "node:fs";

import { Command, Option } from "commander";
import pc from "picocolors";

import { chooseEngine } from "./operator/engine";
import { Operator, playAll } from "./operator/operator";
import { createProject } from "./operator/project";
import { createPulumi } from "./operator/pulumi";
import { createShow, summaryTable } from "./operator/show";
import { scenes } from "./scenario";
import { startWorld } from "./world";

const STACK = "rehearsal";

async function main(): Promise<number> {
  const options = parseOptions();
  const engine = chooseEngine(options.engine);
  const show = createShow(scenes.length);
  const began = performance.now();
  show.line(engine.why);
  show.line(
    "Starting the stand-ins: Postgres, the Telegram Bot API, Render with the sample backend and front end …",
  );
  const world = await startWorld();
  const project = createProject(STACK, world.stackConfig());
  const stop = () =>
    world.stop().finally(() => {
      project.remove();
    });
  process.once("SIGINT", () => void stop().then(() => process.exit(130)));
  process.once("SIGTERM", () => void stop().then(() => process.exit(143)));
  try {
    const pulumi = createPulumi(engine, project, STACK, world.env());
    await pulumi.command(["stack", "init", STACK]);
    await pulumi.command(
      ["config", "set", "--stack", STACK, "--secret", "renderApiKey"],
      world.render.apiKey,
    );
    const operator = new Operator(world, project, pulumi, show);
    const problem = await playAll(operator, scenes);
    show.line(`\n${summaryTable(operator.recorded)}`);
    if (options.record !== undefined) {
      const record = { engine: engine.name, steps: operator.recorded };
      writeFileSync(options.record, `${JSON.stringify(record, null, 2)}\n`);
      show.line(`Record: ${options.record}`);
    }
    const refused = world.render.requests.refused();
    const seconds = Math.round((performance.now() - began) / 1000);
    if (problem === undefined && refused.length === 0) {
      show.line(pc.green(`Every step did what it had to, in ${seconds} s. ${engine.why}`));
      return 0;
    }
    if (problem !== undefined) show.line(pc.red(`Stopped: ${problem}`));
    for (const request of refused)
      show.line(pc.red(`The stand-in refused a request that Render does not know: ${request}`));
    return 1;
  } finally {
    await stop();
  }
}

function parseOptions(): { engine?: "pulumi" | "embedded"; record?: string } {
  return new Command("npm run rehearse --")
    .description(
      "The whole rollout, a failure and the way back, on this machine: no account, nothing outside is touched.",
    )
    .addOption(new Option("--engine <engine>", "which engine to use").choices(["pulumi", "embedded"]))
    .option("--record <file>", "also write what happened as JSON")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse()
    .opts();
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exit(1);
  },
);
