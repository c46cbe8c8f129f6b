import { programPlace, type Project } from "../project/project-file";
import type { StackConfig } from "../project/stack-config";
import { DynamicHost } from "../provider/dynamic-host";
import { LocalCommandStandIn } from "../provider/local-command";
import { ProviderRegistry } from "../provider/registry";
import type { Diagnostic } from "../steps/operation-event";
import type { Launch } from "./launch";

/** The providers of one operation: made when they are needed, ended with it. */
export class OperationProviders {
  readonly registry = new ProviderRegistry(
    () => (this.host ??= this.connectHost()),
    () => (this.commands ??= this.makeCommands()),
  );
  private host: DynamicHost | undefined;
  private commands: LocalCommandStandIn | undefined;

  /** @param report takes what providers print. */
  constructor(
    private readonly project: Project,
    private readonly config: StackConfig,
    private readonly launched: Launch,
    private readonly report: (diagnostic: Diagnostic) => void,
  ) {}

  /** Ends what can be ended early: commands, but never a dynamic provider's call. */
  cancel(): void {
    this.commands?.cancel();
  }

  async close(): Promise<void> {
    await this.host?.close();
  }

  private connectHost(): DynamicHost {
    const host = new DynamicHost(this.launched.host(), (line, stream) => {
      const severity = stream === "stdout" ? "info" : "info#err";
      this.report({ urn: "", severity, message: `${line}\n`, streamId: hostStream, ephemeral: false });
    });
    host.configure(Object.fromEntries([...this.config].map(([key, { text }]) => [key, text])));
    return host;
  }

  private makeCommands(): LocalCommandStandIn {
    process.stderr.write("embedded engine: command:local:Command is run by a stand-in for its plugin\n");
    return new LocalCommandStandIn(programPlace(this.project).folder, (urn, line) => {
      this.report({ urn, severity: "info", message: line, streamId: 0, ephemeral: true });
    });
  }
}

/** Everything the host prints is one stream, apart from the program's own messages. */
const hostStream = 1;
