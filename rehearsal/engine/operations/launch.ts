import type { ChildProcess } from "node:child_process";
import { ProgramProcess } from "../processes/program-process";
import { openLifeline } from "../processes/lifeline";
import { interruptGroup, startSdkProcess } from "../processes/sdk-process";
import { programPlace } from "../project/project-file";
import { readStackConfig, type StackConfig } from "../project/stack-config";
import type { StackPlace } from "./session";

/** What takes longest to be there, begun before anything else: the key to the config's secrets, and what runs first, the
 *  program or else the providers' host. */
export interface Launch {
  config: Promise<StackConfig>;
  /** Of an operation that runs it. */
  program: ProgramProcess | undefined;
  /** The providers' host, started if it is not. */
  host(): ChildProcess;
  /** Ends what still runs. */
  end(): void;
}

export async function launch(place: StackPlace, options: { program: boolean }): Promise<Launch> {
  const { project, stackFile } = place;
  const config = readStackConfig(project, stackFile);
  // Whoever awaits it hears of it.
  config.catch(() => undefined);
  const program = options.program ? new ProgramProcess(project) : undefined;
  const lifeline = await openLifeline();
  let host: ChildProcess | undefined;
  const startHost = (): ChildProcess =>
    (host ??= startSdkProcess("dynamic-provider", {
      folder: programPlace(project).folder,
      environment: { ...process.env, PULUMI_NODEJS_PROJECT: project.name },
      scriptArguments: [lifeline.address],
    }));
  if (program === undefined) startHost();
  return {
    config,
    program,
    host: startHost,
    end() {
      program?.kill();
      if (host !== undefined) interruptGroup(host);
      lifeline.close();
    },
  };
}
