import type { ProviderContext } from "../context";
import type { Executor } from "./executor";
import { jobExecutor } from "./executor-job";
import { localExecutor, sshExecutor } from "./executor-process";

/** Where the migrations' commands run, and what they are; words, never a shell's line. */
export interface RunnerInput {
  where: "local" | "ssh" | "render-job";
  /** The service on Render whose instance or build the commands need: for `ssh` and `render-job`. */
  renderName?: string;
  serviceId?: string;
  directory?: string;
  commands: { status: string[]; apply: string[]; rollback: string[] };
  timeoutSeconds: number;
}

export function executorFor(context: ProviderContext, runner: RunnerInput): Executor {
  const timeoutMs = runner.timeoutSeconds * 1000;
  const directory = runner.directory === undefined ? {} : { directory: runner.directory };
  if (runner.where === "local") return localExecutor(context, { ...directory, timeoutMs });
  const service = {
    renderName: runner.renderName ?? "",
    ...(runner.serviceId === undefined ? {} : { serviceId: runner.serviceId }),
  };
  const options = { service, ...directory, timeoutMs };
  return runner.where === "ssh" ? sshExecutor(context, options) : jobExecutor(context, options);
}
