import { setTimeout } from "node:timers/promises";
import {
  GetRootResourceResponse,
  LogSeverity,
  RequirePulumiVersionResponse,
  SetRootResourceResponse,
  type LogRequest,
  type SetRootResourceRequest,
} from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { StepRunner } from "../steps/step-runner";
import type { Severity } from "../steps/operation-event";
import { unary, type Handlers } from "./server";

const quietMs = 100;
const longestWaitMs = 2_000;

const severities: Record<LogSeverity, Severity> = {
  [LogSeverity.DEBUG]: "debug",
  [LogSeverity.INFO]: "info",
  [LogSeverity.WARNING]: "warning",
  [LogSeverity.ERROR]: "error",
};

/** The side of the protocol on which a program logs, and says which resource is the stack. */
export class EngineServiceHandlers {
  private rootUrn = "";
  private lastLogAt = 0;

  constructor(private readonly runner: StepRunner) {}

  get handlers(): Handlers {
    return {
      log: unary((request: LogRequest) => this.log(request)),
      getRootResource: unary(() => new GetRootResourceResponse().setUrn(this.rootUrn)),
      setRootResource: unary((request: SetRootResourceRequest) => {
        this.rootUrn = request.getUrn();
        return new SetRootResourceResponse();
      }),
      requirePulumiVersion: unary(() => new RequirePulumiVersionResponse()),
    };
  }

  /** Waits until the program has delivered what it logged so far: its SDK drops the rest when it hears of a failure. */
  async quiet(): Promise<void> {
    const deadline = Date.now() + longestWaitMs;
    this.lastLogAt = Date.now();
    while (Date.now() - this.lastLogAt < quietMs && Date.now() < deadline) await setTimeout(quietMs / 4);
  }

  private log(request: LogRequest): Empty {
    const severity = severities[request.getSeverity()];
    this.lastLogAt = Date.now();
    this.runner.diagnose(request.getUrn(), severity, request.getMessage(), {
      streamId: request.getStreamid(),
      ephemeral: request.getEphemeral(),
    });
    return new Empty();
  }
}
