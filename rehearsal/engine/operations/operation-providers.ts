import { programPlace, type Project } from "../project/project-file";
import type { StackConfig } from "../project/stack-config";
import { startDynamicHost, type DynamicHost } from "../provider/dynamic-host";
import { LocalCommandStandIn } from "../provider/local-command";
import { ProviderRegistry } from "../provider/registry";
import type { Diagnostic } from "../steps/operation-event";

/** The providers of one operation: started when they are needed, ended with it. */
export class OperationProviders {
  readonly registry = new ProviderRegistry(
    () => this.dynamicHost(),
    () => this.commandStandIn(),
  );
  private host: DynamicHost | undefined;
  private commands: LocalCommandStandIn | undefined;

  /** @param report takes what providers print. */
  constructor(
    private readonly project: Project,
    private readonly config: StackConfig,
    private readonly report: (diagnostic: Diagnostic) => void,
  ) {}

  dynamicHost(): DynamicHost {
    if (this.host !== undefined) return this.host;
    this.host = startDynamicHost({
      project: this.project.name,
      folder: programPlace(this.project).folder,
      environment: process.env,
      onLog: (line, stream) => {
        const severity = stream === "stdout" ? "info" : "info#err";
        this.report({ urn: "", severity, message: `${line}\n`, streamId: hostStream, ephemeral: false });
      },
    });
    this.host.configure(Object.fromEntries([...this.config].map(([key, { text }]) => [key, text])));
    return this.host;
  }

  /** Ends what can be ended early: commands, but never a dynamic provider's call. */
  cancel(): void {
    this.commands?.cancel();
  }

  async close(): Promise<void> {
    await this.host?.close();
  }

  private commandStandIn(): LocalCommandStandIn {
    if (this.commands !== undefined) return this.commands;
    process.stderr.write("embedded engine: command:local:Command is run by a stand-in for its plugin\n");
    this.commands = new LocalCommandStandIn(programPlace(this.project).folder, (urn, line) => {
      this.report({ urn, severity: "info", message: line, streamId: 0, ephemeral: true });
    });
    return this.commands;
  }
}

/** Everything the host prints is one stream, apart from the program's own messages. */
const hostStream = 1;
