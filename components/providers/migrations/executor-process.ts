import { RolloutError } from "../../errors";
import type { ProviderContext } from "../context";
import type { ServiceRef } from "../observed";
import { commandLine } from "./command-line";
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
        argv: ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20", address, remote],
        timeoutMs: options.timeoutMs,
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
  shown: string;
  where: string;
}

async function runHere(context: ProviderContext, { shown, where, ...request }: Here) {
  const start = context.elapsed();
  const result = await context.run(request).catch((error: unknown) => {
    throw failed(shown, context.redact(error instanceof Error ? error.message : String(error)));
  });
  if (result.exitCode !== 0) {
    const output = tailOf(context.redact(`${result.stdout}\n${result.stderr}`));
    throw failed(
      shown,
      `it ended with exit code ${result.exitCode}${output.trim() === "" ? "" : `:\n${output}`}`,
    );
  }
  const seconds = Math.round((context.elapsed() - start) / 100) / 10;
  return { command: shown, where, seconds, output: context.redact(result.stdout) };
}

function failed(shown: string, why: string): RolloutError {
  return new RolloutError("MIGRATION_COMMAND_FAILED", `\`${shown}\` failed: ${why}`);
}
