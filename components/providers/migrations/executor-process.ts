import { RolloutError, messageOf } from "../../errors";
import type { ProviderContext } from "../context";
import type { ServiceRef } from "../observed";
import { commandLine } from "./command-line";
import { remoteCommand } from "./remote-command";
import { tailOf, type Executor } from "./executor";

/** Runs commands on this machine, without a shell; `DATABASE_URL` comes from the stack's secrets or the environment. */
export function localExecutor(
  context: ProviderContext,
  options: { directory?: string; timeoutMs: number },
): Executor {
  const { databaseUrl } = context.secrets;
  return {
    execute: (words) =>
      runHere(context, {
        argv: words,
        cwd: options.directory,
        env: databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl },
        timeoutMs: options.timeoutMs,
        shown: commandLine(words),
        where: "local",
      }),
  };
}

/** No terminal, whatever the operator's own settings say: the two streams stay apart. A dead connection is noticed. */
const SSH = [
  ...["ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20"],
  ...["-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"],
];
/** So much later than here the time is up on the other side, where nobody has told it that it is; seconds. */
const REMOTE_SLACK_SECONDS = 30;

/**
 * Runs commands on the service's own instance over SSH. What ssh sends goes through the remote shell, so every word is
 * quoted. BatchMode: a question at a prompt that nobody sees would hang the update.
 * @source Render docs "SSH": `ssh srv-…@ssh.<region>.render.com`, from serviceDetails.sshAddress.
 */
export function sshExecutor(
  context: ProviderContext,
  options: { service: ServiceRef; directory?: string; timeoutMs: number },
): Executor {
  return {
    async execute(words) {
      const service = await context.observed.service(options.service);
      const address = service.serviceDetails?.sshAddress;
      if (address === undefined || !/^\w[\w.-]*@[\w.-]+$/.test(address)) {
        throw new RolloutError(
          "NO_SSH_ADDRESS",
          `${service.name}: Render gives no SSH address for this service (free plans and static sites have none). ` +
            `Set runner.where to render-job or local.`,
        );
      }
      const remote = commandLine(
        words,
        options.directory === undefined ? {} : { directory: options.directory },
      );
      return runHere(context, {
        argv: [...SSH, address, remoteCommand(remote, options.timeoutMs / 1000 + REMOTE_SLACK_SECONDS)],
        timeoutMs: options.timeoutMs,
        // Its end is what ends the command on the other side.
        holdsInput: true,
        shown: `ssh ${address} ${remote}`,
        where: `ssh ${service.name}`,
      });
    },
  };
}

interface Here {
  argv: readonly string[];
  cwd?: string;
  env?: Record<string, string>;
  timeoutMs: number;
  holdsInput?: boolean;
  shown: string;
  where: string;
}

async function runHere(context: ProviderContext, { shown, where, ...request }: Here) {
  const start = context.elapsed();
  const result = await context.run(request).catch((error: unknown) => {
    if (context.engineGone.aborted) throw error;
    throw failed(shown, context.redact(messageOf(error)));
  });
  if (result.exitCode !== 0) {
    const output = tailOf(context.redact(`${result.stdout}\n${result.stderr}`));
    const how = result.signal === undefined ? `with exit code ${result.exitCode}` : `by ${result.signal}`;
    throw failed(shown, `it ended ${how}${output.trim() === "" ? "" : `:\n${output}`}`);
  }
  const seconds = Math.round((context.elapsed() - start) / 100) / 10;
  return { command: shown, where, seconds, output: context.redact(result.stdout) };
}

function failed(shown: string, why: string): RolloutError {
  return new RolloutError("MIGRATION_COMMAND_FAILED", `\`${shown}\` failed: ${why}`);
}
