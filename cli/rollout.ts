import { closest, distance } from "fastest-levenshtein";

import { completionScript, type Completed } from "./completion/script";
import { CALLED_AS } from "./shared/next-command";
import { endProcess } from "./shared/end-process";
import { runCommand, type CommandModule } from "./shared/run-command";

/** A command of the program, loaded only when it is meant. */
interface Entry {
  name: string;
  summary: string;
  load: () => Promise<CommandModule>;
}

const ENTRIES: Entry[] = [
  {
    name: "status",
    summary: "where it stands, and what blocks the next phase until when",
    load: async () => (await import("./status.js")).statusCommand,
  },
  {
    name: "advance",
    summary: "the next phase: stack file, preview in plain words, update, gate",
    load: async () => (await import("./advance.js")).advanceCommand,
  },
  {
    name: "rollback",
    summary: "the way back; --instructions prints it for Render's dashboard",
    load: async () => (await import("./rollback.js")).rollbackCommand,
  },
  {
    name: "verify",
    summary: "the running system: health, flags, response times, migrations",
    load: async () => (await import("./verify.js")).verifyCommand,
  },
  {
    name: "watch",
    summary: "the same beside the rollout, with a log of what changes",
    load: async () => (await import("./watch.js")).watchCommand,
  },
  {
    name: "doctor",
    summary: "asks every source once: what is not as the catalogue says",
    load: async () => (await import("./doctor.js")).doctorCommand,
  },
  {
    name: "review",
    summary: "what an update would do, as Markdown for a pull request",
    load: async () => (await import("./review.js")).reviewCommand,
  },
  {
    name: "drift",
    summary: "what somebody changed by hand",
    load: async () => (await import("./drift.js")).driftCommand,
  },
  {
    name: "log",
    summary: "all that happened: updates, decisions, deploys, gates, incidents",
    load: async () => (await import("./log.js")).logCommand,
  },
  {
    name: "report",
    summary: "the report of the rollout, as one HTML file and as Markdown",
    load: async () => (await import("./report.js")).reportCommand,
  },
  {
    name: "dashboard",
    summary: "the same, live, as a web page of this machine alone",
    load: async () => (await import("./dashboard.js")).dashboardCommand,
  },
  {
    name: "monitor",
    summary: "one look of the monitoring phase, if one is due; for a scheduler",
    load: async () => (await import("./monitor.js")).monitorCommand,
  },
];

const SHELLS = ["bash", "zsh", "fish"] as const;

function helpText(program: string): string {
  const width = Math.max(...ENTRIES.map(({ name }) => name.length), "completion".length);
  const line = (name: string, summary: string) => `  ${name.padEnd(width)}  ${summary}`;
  return [
    `Usage: ${program} <command> [options]`,
    "",
    "A production rollout as code: flags and migrations on Render, phase by phase.",
    "",
    "Commands:",
    ...ENTRIES.map(({ name, summary }) => line(name, summary)),
    line("completion", `a completion script for ${SHELLS.join(", ")}`),
    "",
    "Examples:",
    `  ${program} status                    where the selected stack stands`,
    `  ${program} advance --stack prod      the next phase, shown before it is done`,
    `  ${program} rollback --full --yes     all flags off, at once`,
    `  ${program} advance --help            all options of a command`,
    "",
    "The stack is the one that `pulumi stack select` selected, unless --stack says",
    "another. Exit codes: 0 done; 1 the operator must act; 2 it was not understood.",
  ].join("\n");
}

async function main(args: readonly string[]): Promise<void> {
  const program = process.env[CALLED_AS] ?? "rollout";
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const asked = name === "help" ? find(rest[0]) : undefined;
    if (asked !== undefined) return start(asked, ["--help"]);
    console.log(helpText(program));
    return endProcess(name === undefined ? 2 : 0);
  }
  if (name === "completion") return printCompletion(rest[0]);
  const entry = find(name);
  if (entry !== undefined) return start(entry, rest);
  console.error(
    `error: ${program} has no command "${name}"${meant(name)} Next: ${program} --help lists them.`,
  );
  process.exit(2);
}

function find(name: string | undefined): Entry | undefined {
  return ENTRIES.find((entry) => entry.name === name);
}

async function start({ name, load }: Entry, args: readonly string[]): Promise<void> {
  runCommand(name, await load(), [...args]);
}

/** A word so far away that it is no slip gets no guess. */
function meant(name: string): string {
  const near = closest(name, [...ENTRIES.map((entry) => entry.name), "completion"]);
  return distance(name, near) <= Math.max(2, name.length / 3) ? `: did you mean ${near}?` : ".";
}

async function printCompletion(shell: string | undefined): Promise<void> {
  const known = SHELLS.find((each) => each === shell);
  if (known === undefined) {
    console.error(
      `error: completion for which shell? ${SHELLS.join(", ")}. Such as: eval "$(rollout completion bash)"`,
    );
    process.exit(2);
  }
  const commands = await Promise.all(
    ENTRIES.map(async ({ name, summary, load }): Promise<Completed> => {
      const { command } = await load();
      return { name, summary, options: command.options.flatMap(({ long }) => long ?? []) };
    }),
  );
  console.log(completionScript(known, commands));
  await endProcess(0);
}

void main(process.argv.slice(2));
