import { Command, InvalidArgumentError, Option } from "commander";

export interface RehearsalOptions {
  engine?: "pulumi" | "embedded";
  record?: string;
  verbose?: boolean;
  pause?: boolean;
  /** Serve the live dashboard beside it. */
  dashboard?: boolean;
  /** First and last scene to be shown, from 1. */
  scene?: [number, number];
  /** Folder of another project, to be rehearsed instead of this one. */
  project?: string;
}

export function parseOptions(argv: readonly string[]): RehearsalOptions {
  return new Command("npm run rehearse --")
    .description(
      "The whole rollout, failures and the way back, on this machine: no account, nothing outside is touched.",
    )
    .addOption(new Option("--engine <engine>", "which engine to use").choices(["pulumi", "embedded"]))
    .option("--verbose", "all that the commands print, on the screen as well")
    .option("--pause", "wait for Enter before each scene")
    .option("--dashboard", "also serve the live dashboard, and say where")
    .option(
      "--scene <n>",
      "show this scene only, or these (3-5); what comes before is played unseen",
      parseScenes,
    )
    .option(
      "--project <dir>",
      "rehearse another project's catalogue, on services and a database made from it",
    )
    .option("--record <file>", "also write what happened as JSON")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse([...argv], { from: "user" })
    .opts();
}

function parseScenes(text: string): [number, number] {
  const [, first = "", last = first] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(text) ?? [];
  const scenes: [number, number] = [Number(first), Number(last)];
  if (first === "" || scenes[0] < 1 || scenes[1] < scenes[0])
    throw new InvalidArgumentError("a scene's number, or two of them as in 3-5");
  return scenes;
}
