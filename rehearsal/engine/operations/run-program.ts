import { EngineServiceHandlers } from "../monitor/engine-service";
import { MonitorService } from "../monitor/monitor-service";
import { MonitorServer } from "../monitor/server";
import type { ProgramEnd, ProgramProcess } from "../processes/program-process";
import type { Project } from "../project/project-file";
import type { StackConfig } from "../project/stack-config";
import type { StackReference } from "../backend/stack-reference";
import type { Deployment } from "../steps/deployment";

export interface ProgramRun {
  project: Project;
  stack: StackReference;
  config: StackConfig;
  preview: boolean;
  parallel: number;
}

/** Runs the user's program against a deployment.
 *  @returns whether it declared everything it has: only then may what is missing be deleted. */
export async function runProgram(
  deployment: Deployment,
  program: ProgramProcess,
  run: ProgramRun,
): Promise<boolean> {
  if (deployment.runner.isStopping()) return false;
  const engine = new EngineServiceHandlers(deployment.runner);
  const monitor = new MonitorService(deployment, { ...run, stack: run.stack.name }, () => engine.quiet());
  const server = await MonitorServer.start(monitor.handlers, engine.handlers);
  program.begin({
    ...run,
    stack: run.stack.name,
    address: server.address,
    onOutput: (text, stream) => {
      deployment.runner.diagnose("", stream === "stdout" ? "info" : "info#err", text, {
        streamId: programStream[stream],
      });
    },
  });
  try {
    await Promise.race([program.ended, deployment.runner.stopped]);
    if (deployment.runner.isStopping()) await program.stop(graceMs);
    return judge(deployment, await program.ended, monitor.signalled);
  } finally {
    server.close();
  }
}

/** How long a program may go on after its deployment has been stopped. */
const graceMs = 5_000;

const programStream = { stdout: 2, stderr: 3 };

/** The SDK's runner ends with this code when it has shown the reason itself. */
const reasonWasShown = 32;

function judge(deployment: Deployment, end: ProgramEnd, signalled: boolean): boolean {
  // A stopped program still signals and ends well, but what it did not come to must not be taken for deleted.
  if (deployment.runner.isStopping()) return false;
  if (end.code === 0 && signalled) return true;
  if (end.code === 0) {
    deployment.runner.diagnose(
      "",
      "error",
      "the program ended before it had declared all of its resources; nothing was deleted",
    );
  } else if (end.code !== reasonWasShown) {
    const how =
      end.signal === null ? `exited with non-zero exit code: ${end.code ?? 1}` : `was ended by ${end.signal}`;
    deployment.runner.diagnose("", "error", `an unhandled error occurred: Program ${how}`);
  }
  deployment.runner.fail();
  return false;
}
