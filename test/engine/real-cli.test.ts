import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findRealCli, runsCommands, ToyProject, type Finished, type ToyConfig } from "./support/toy-project";

const realBin = findRealCli();
if (realBin === undefined) {
  process.stderr.write(
    "\n*** SKIPPED: the embedded engine is not compared with the Pulumi CLI: no `pulumi` on the PATH ***\n\n",
  );
}

/** Only where the CLI has the plugin already. */
const command = (line: string): Pick<ToyConfig, "command"> =>
  realBin !== undefined && runsCommands(realBin) ? { command: line } : {};

const scenario: { title: string; config: ToyConfig; world?: Record<string, string>; commands: string[][] }[] =
  [
    {
      title: "a first preview and update",
      config: { things: { a: { value: "one" }, b: { value: "two", after: ["a"] } }, ...command("echo hi") },
      commands: [["preview"], ["up", "--yes", "--skip-preview"]],
    },
    {
      title: "an update, a replacement each way, a deletion",
      config: {
        things: {
          a: { value: "three" },
          b: { value: "two", after: ["a"], place: "there" },
          c: { value: "four", place: "x" },
        },
        ...command("echo again"),
      },
      commands: [["up", "--yes", "--skip-preview"]],
    },
    {
      title: "a replacement that deletes first",
      config: { things: { a: { value: "three" }, c: { value: "four", place: "y", deleteFirst: true } } },
      commands: [["up", "--yes", "--skip-preview"]],
    },
    {
      title: "a failure",
      // The one that fails waits for all others: what else is done by then would be left to chance.
      config: {
        things: {
          a: { value: "three" },
          c: { value: "four", place: "y" },
          z: { value: "half", after: ["a", "c"] },
        },
      },
      commands: [["up", "--yes", "--skip-preview"], ["preview"]],
    },
    {
      title: "drift",
      config: { things: { a: { value: "three" }, c: { value: "four", place: "y" } } },
      world: { "id-four": "drifted" },
      commands: [
        ["up", "--yes", "--skip-preview", "--refresh"],
        ["refresh", "--preview-only", "--expect-no-changes"],
      ],
    },
    { title: "the end", config: { things: {} }, commands: [["destroy", "--yes", "--skip-preview"]] },
  ];

describe.skipIf(realBin === undefined)(
  "the embedded engine beside the Pulumi CLI",
  { timeout: 180_000 },
  () => {
    const projects: ToyProject[] = [];
    const project = (bin?: string, other?: ToyProject): ToyProject => {
      const toy = new ToyProject(bin, other);
      projects.push(toy);
      return toy;
    };
    afterAll(() => {
      for (const toy of projects) toy.remove();
    });

    it("does the same steps, with the same results and exit codes, through one scenario", async () => {
      const [real, embedded] = await Promise.all([play(project(realBin)), play(project())]);
      expect(embedded).toEqual(real);
    });

    it("takes turns with the CLI on one backend, and what it exports the CLI imports", async () => {
      const real = project(realBin);
      const embedded = project(undefined, real);
      await real.run("stack", "init", "dev");
      real.configure({ things: { a: { value: "one" } } });
      await real.run("config", "set", "--secret", "token", "s3cr3t-token");
      expect((await real.run("up", "--yes", "--skip-preview")).code).toBe(0);

      writeFileSync(path.join(embedded.folder, "Pulumi.dev.yaml"), stackFile(real));
      await embedded.run("stack", "select", "dev");
      const quiet = await embedded.run("preview", "--expect-no-changes");
      expect(quiet).toMatchObject({ code: 0, steps: ["same a", "same group", "same toy-dev"] });
      embedded.configure({ things: { a: { value: "two" } } });
      expect((await embedded.run("up", "--yes", "--skip-preview")).steps).toContain("update a");

      writeFileSync(path.join(real.folder, "Pulumi.dev.yaml"), stackFile(embedded));
      expect(await real.run("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
      const file = path.join(real.folder, "state.json");
      expect((await embedded.run("stack", "export", "--file", file)).code).toBe(0);
      expect(readFileSync(file, "utf8")).not.toContain("s3cr3t");
      expect(await real.run("stack", "import", "--file", file)).toMatchObject({ code: 0 });
      expect((await real.run("stack", "output", "shownToken", "--show-secrets")).stdout).toBe(
        "s3cr3t-token\n",
      );
    });
  },
);

interface Outcome {
  command: string;
  code: number | null;
  steps: string[];
  changes: Record<string, number> | undefined;
  /** What is shown below the rows: diagnostics apart, since the order of logs is not fixed. */
  summary: string;
  errors: string[];
  calls: string[];
}

async function play(toy: ToyProject): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  await toy.run("stack", "init", "dev");
  for (const { title, config, world, commands } of scenario) {
    toy.configure(config);
    if (world !== undefined) toy.setWorld(world);
    for (const command of commands) {
      const finished = await toy.run(...command);
      outcomes.push({
        command: `${title}: ${command.join(" ")}`,
        ...outcomeOf(finished),
        calls: toy.calls().sort(),
      });
    }
  }
  return outcomes;
}

function outcomeOf({ code, steps, events, stdout }: Finished): Omit<Outcome, "command" | "calls"> {
  return {
    code,
    steps,
    changes: events.find(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent?.resourceChanges,
    summary: /^(Outputs:[\s\S]*?)?^Resources:[\s\S]*?(?=\n\n|$(?![\s\S]))/m.exec(stdout)?.[0] ?? "",
    errors: events
      .flatMap(({ diagnosticEvent: event }) =>
        event?.severity === "error" ? [`${event.urn ?? ""} ${event.message}`] : [],
      )
      .sort(),
  };
}

function stackFile(toy: ToyProject): string {
  return readFileSync(path.join(toy.folder, "Pulumi.dev.yaml"), "utf8");
}
