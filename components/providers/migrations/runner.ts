import type { ProviderContext } from "../context";
import { requireCheckout } from "./checkout";
import { commandLine } from "./command-line";
import type { RunnerInput } from "./declared";
import type { Execution, Executor } from "./executor";
import { jobExecutor } from "./executor-job";
import { localExecutor, sshExecutor } from "./executor-process";

export function executorFor(context: ProviderContext, runner: RunnerInput): Executor {
  const timeoutMs = runner.timeoutSeconds * 1000;
  const directory = runner.directory === undefined ? {} : { directory: runner.directory };
  if (runner.where === "local") {
    return {
      async execute(words) {
        const place = runner.checkout === true ? await requireCheckout(context, runner) : directory;
        return localExecutor(context, { ...place, timeoutMs }).execute(words);
      },
    };
  }
  const service = {
    renderName: runner.renderName ?? "",
    ...(runner.serviceId === undefined ? {} : { serviceId: runner.serviceId }),
  };
  const options = { service, ...directory, timeoutMs };
  return runner.where === "ssh" ? sshExecutor(context, options) : jobExecutor(context, options);
}

/** Runs an update's commands and keeps what they said as evidence. */
export interface RunnerDesk {
  execute(words: readonly string[]): Promise<Execution>;
}

/** How much of a command's output is kept, in characters. */
const KEPT = 2_000;

export function runnerDesk(
  context: ProviderContext,
  { runner }: { runner: RunnerInput },
  executions: Execution[],
): RunnerDesk {
  const executor = executorFor(context, runner);
  return {
    async execute(words) {
      context.log(`migrations: ${commandLine(words)}`);
      const execution = await executor.execute(words);
      executions.push({ ...execution, output: execution.output?.slice(0, KEPT) });
      return execution;
    },
  };
}
