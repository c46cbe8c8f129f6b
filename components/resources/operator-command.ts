import { local } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

/** One of the operator's own commands, as config names it. */
interface OperatorCommand {
  /** What its output is kept under: "backup". */
  title: string;
  command: string;
  timeoutSeconds: number;
  /** A change of any of these runs it again; `triggers` would replace the resource. */
  environment: Record<string, pulumi.Input<string>>;
  /** Shell text in front, which may end before the command runs. */
  first?: string;
}

/** Keeps the words of a command out of Pulumi's log, errors and state: a dump's tool may print its connection. */
const RUN_COMMAND = "node components/commands/run-command.mjs";

/** Runs a command of the operator's on this machine; any exit code but 0 stops the update. */
export function operatorCommand(
  name: string,
  { title, command, timeoutSeconds, environment, first = "" }: OperatorCommand,
  options: pulumi.CustomResourceOptions,
): local.Command {
  const args = {
    create: `${first}${RUN_COMMAND}`,
    environment: { ROLLOUT_COMMAND: command, ROLLOUT_COMMAND_NAME: title, ...environment },
    logging: local.Logging.None,
  };
  const customTimeouts = { create: `${timeoutSeconds}s`, update: `${timeoutSeconds}s` };
  return new local.Command(name, args, { ...options, customTimeouts });
}
