import { createRequire } from "node:module";
import { Command, CommanderError, Option } from "commander";
import { CommandError, exitCode } from "./errors";

/** Every command knows its flags' names; what each means stands in its own module. */
export type Flags = Record<string, string | boolean | string[] | undefined>;

/** A command's work. It writes its results itself. @returns the exit code; nothing means 0. */
export type CommandAction = (flags: Flags, args: string[]) => unknown;

/** Reads a command line as the Pulumi CLI would and runs it. Commands are loaded when they are called.
 *  @returns the exit code.
 *  @throws CommandError for commands and flags that do not exist here. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let code: number | undefined;
  const program = buildProgram((loadAction) => async (...commanderArgs: unknown[]) => {
    const command = commanderArgs.at(-1) as Command;
    const flags: Flags = command.optsWithGlobals();
    if (typeof flags["cwd"] === "string") process.chdir(flags["cwd"]);
    const result = await loadAction()(flags, command.args);
    if (typeof result === "number") code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCode.done;
    throw new CommandError(inCliWords(error));
  }
  return code ?? exitCode.done;
}

const lazily = createRequire(__filename);

/** The commands' modules: a command line needs one of them, and loading takes time. */
const load = {
  operate: () => lazily("./commands/operate") as typeof import("./commands/operate"),
  stack: () => lazily("./commands/stack") as typeof import("./commands/stack"),
  outputs: () => lazily("./commands/outputs") as typeof import("./commands/outputs"),
  stackState: () => lazily("./commands/stack-state") as typeof import("./commands/stack-state"),
  config: () => lazily("./commands/config") as typeof import("./commands/config"),
  account: () => lazily("./commands/account") as typeof import("./commands/account"),
};

/** Makes commander's action of one of ours, which is loaded when it is called. */
type Bind = (load: () => CommandAction) => (...args: unknown[]) => Promise<void>;

function buildProgram(bind: Bind): Command {
  const program = new Command("pulumi")
    .description(
      "Embedded engine: runs Pulumi programs for rehearsal and tests only, with the CLI's commands.",
    )
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .option("-C, --cwd <folder>", "run as if started in this folder")
    .option("--non-interactive", "never ask (this engine never does)")
    .option("--color <when>", "accepted; output has no colours")
    .option("-d, --debug", "print debugging messages of the program")
    .option("-e, --emoji", "accepted")
    .option("--logtostderr", "accepted")
    .option("--logflow", "accepted")
    .option("--verbose <level>", "accepted")
    .option("--tracing <url>", "accepted")
    .option("--disable-integrity-checking", "accepted")
    .option("--fully-qualify-stack-names", "print whole stack names");
  addOperations(program, bind);
  addStackCommands(program, bind);
  addConfigCommands(program, bind);
  addAccountCommands(program, bind);
  return program;
}

function addOperations(program: Command, bind: Bind): void {
  const operation = (name: string, description: string): Command =>
    place(program.command(name).description(description))
      .option("-p, --parallel <count>", "how many steps may run at the same time")
      .option("-m, --message <text>", "kept in the stack's history")
      .option("--event-log <target>", "write engine events to a file, or to tcp://host:port")
      .option("--expect-no-changes", "fail when something changes")
      .option("--diff", "show every property that changes")
      .option("-j, --json", "print one JSON document")
      .option("--suppress-outputs", "do not print stack outputs")
      .option("--suppress-progress", "accepted")
      .option("--suppress-permalink [value]", "accepted")
      .option("--show-sames", "accepted")
      .option("--show-replacement-steps", "accepted")
      .option("--exec-kind <kind>", "accepted")
      .option("--exec-agent <agent>", "accepted")
      .option("--run-program [value]", "accepted; the program always runs for previews and updates only")
      .addOption(new Option("--client <address>").hideHelp());
  const confirmed = (command: Command): Command =>
    command.option("-y, --yes", "go on without asking").option("-f, --skip-preview", "do not preview first");
  const run = (kind: "preview" | "up" | "refresh" | "destroy"): ReturnType<Bind> =>
    bind(() => (flags) => load.operate().operate(kind, flags));
  operation("preview", "show what an update would change")
    .alias("pre")
    .option("-r, --refresh [value]", "look at what is really there first")
    .action(run("preview"));
  confirmed(operation("up", "make the stack as the program declares it"))
    .alias("update")
    .option("-r, --refresh [value]", "look at what is really there first")
    .action(run("up"));
  confirmed(operation("refresh", "take over into the state what is really there"))
    .option("--preview-only", "only preview")
    .option("--clear-pending-creates", "forget creations that were interrupted")
    .action(run("refresh"));
  confirmed(operation("destroy", "delete every resource of the stack"))
    .option("-r, --refresh [value]", "look at what is really there first")
    .option("--preview-only", "only preview")
    .option("--remove", "remove the stack afterwards")
    .action(run("destroy"));
  place(program.command("cancel [stack]").description("break the locks of an update that was killed"))
    .option("-y, --yes", "accepted")
    .action(bind(() => load.stack().cancel));
}

function addStackCommands(program: Command, bind: Bind): void {
  const stack = place(program.command("stack").description("the selected stack, and commands for stacks"))
    .option("--show-secrets", "print secrets in clear")
    .action(bind(() => load.stack().showStack));
  place(stack.command("init [name]"))
    .option("--no-select", "keep the selected stack")
    .option("--secrets-provider <kind>", "only `passphrase`")
    .action(bind(() => load.stack().initStack));
  place(stack.command("select [name]"))
    .option("-c, --create", "create it when it does not exist")
    .action(bind(() => load.stack().selectStackCommand));
  stack
    .command("ls")
    .option("-j, --json", "as JSON")
    .option("-a, --all", "accepted")
    .action(bind(() => load.stack().listStacks));
  place(stack.command("rm [name]"))
    .option("-y, --yes", "go on without asking")
    .option("-f, --force", "even if it still has resources")
    .option("--preserve-config", "keep the stack's file")
    .action(bind(() => load.stack().removeStackCommand));
  place(stack.command("output [name]"))
    .option("-j, --json", "as JSON")
    .option("--show-secrets", "print secrets in clear")
    .action(bind(() => load.outputs().showOutputs));
  place(stack.command("export"))
    .option("--file <path>", "write to a file")
    .option("--show-secrets", "print secrets in clear")
    .action(bind(() => load.stackState().exportState));
  place(stack.command("import"))
    .option("--file <path>", "read from a file")
    .option("-f, --force", "even if it looks wrong")
    .action(bind(() => load.stackState().importState));
  place(stack.command("history"))
    .option("-j, --json", "as JSON")
    .option("--show-secrets", "print secrets in clear")
    .option("--full-dates", "accepted")
    .option("--page-size <count>", "entries a page")
    .option("--page <number>", "which page, from 1")
    .action(bind(() => load.stackState().showHistory));
}

function addConfigCommands(program: Command, bind: Bind): void {
  const config = place(program.command("config").description("the stack's configuration"))
    .option("-j, --json", "as JSON")
    .option("--show-secrets", "print secrets in clear")
    .action(bind(() => load.config().listConfig));
  config.command("ls").action(bind(() => load.config().listConfig));
  place(config.command("get <key>"))
    .option("-j, --json", "as JSON")
    .option("--path", "the key is a path")
    .action(bind(() => load.config().getConfig));
  place(config.command("set <key> [value]"))
    .option("--secret", "encrypt the value")
    .option("--plaintext", "do not encrypt the value")
    .option("--path", "the key is a path")
    .action(bind(() => load.config().setConfig));
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  place(config.command("set-all"))
    .option("--secret <pair>", "key=value, encrypted", collect)
    .option("--plaintext <pair>", "key=value", collect)
    .option("--path", "the keys are paths")
    .option("--json <document>", "as `pulumi config --json` prints it")
    .action(bind(() => load.config().setAllConfig));
  place(config.command("rm <key>"))
    .option("--path", "the key is a path")
    .action(bind(() => load.config().removeConfig));
  place(config.command("rm-all <keys...>"))
    .option("--path", "the keys are paths")
    .action(bind(() => load.config().removeConfig));
  place(config.command("refresh"))
    .option("-f, --force", "accepted")
    .action(bind(() => load.config().refreshConfig));
}

function addAccountCommands(program: Command, bind: Bind): void {
  program.command("version").action(bind(() => load.account().showVersion));
  program
    .command("whoami")
    .option("-j, --json", "as JSON")
    .option("-v", "with the backend's address")
    .action(bind(() => load.account().showUser));
  program
    .command("login [url]")
    .option("-l, --local", "accepted")
    .action(bind(() => load.account().login));
  program.command("logout [url]").action(bind(() => load.account().logout));
  program.command("install").action(bind(() => () => undefined));
  const plugin = program.command("plugin").description("plugins: this engine has none and needs none");
  plugin
    .command("ls")
    .option("-j, --json", "as JSON")
    .action(bind(() => load.account().listPlugins));
  plugin
    .command("install [kind] [name] [version]")
    .option("--server <url>", "accepted")
    .action(bind(() => load.account().installPlugin));
  plugin
    .command("rm [kind] [name] [version]")
    .option("-y, --yes", "accepted")
    .action(bind(() => () => undefined));
}

/** The flags by which a command finds its stack. */
function place(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the stack, instead of the selected one")
    .option("--config-file <path>", "the stack's file, instead of Pulumi.<stack>.yaml");
}

function inCliWords(error: CommanderError): string {
  const [, subject = ""] = /'([^']*)'/.exec(error.message) ?? [];
  switch (error.code) {
    case "commander.unknownOption":
      return `unknown flag: ${subject} (the embedded engine knows only a part of the CLI's flags)`;
    case "commander.unknownCommand":
      return `unknown command "${subject}" for "pulumi"\nRun 'pulumi --help' for usage.`;
    default:
      return error.message.replace(/^error: /, "");
  }
}
