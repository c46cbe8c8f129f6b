import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { channelOptions } from "./channel";

/** A service's answers, by method; what is not in it is refused with the method's name. */
export type Handlers = Record<string, grpc.UntypedHandleCall>;

/** Serves both of the services that a program calls, on a free port of the loopback interface. */
export class MonitorServer {
  private constructor(
    private readonly server: grpc.Server,
    readonly address: string,
  ) {}

  static async start(monitor: Handlers, engine: Handlers): Promise<MonitorServer> {
    const server = new grpc.Server(channelOptions);
    server.addService(ResourceMonitorService, withRefusals(ResourceMonitorService, monitor));
    server.addService(EngineService, withRefusals(EngineService, engine));
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    return new MonitorServer(server, `127.0.0.1:${String(port)}`);
  }

  close(): void {
    this.server.forceShutdown();
  }
}

/** Makes a method out of a function that answers or throws. */
export function unary(answer: (request: never) => unknown): grpc.UntypedHandleCall {
  const handle: grpc.handleUnaryCall<never, unknown> = (call, done) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (value) => {
          done(null, value);
        },
        (error: unknown) => {
          done(toStatus(error));
        },
      );
  };
  return handle as grpc.UntypedHandleCall;
}

/** An error that a method answers with, under a status of its own. */
export class StatusError extends Error {
  constructor(
    readonly code: grpc.status,
    message: string,
  ) {
    super(message);
    this.name = "StatusError";
  }
}

function toStatus(error: unknown): { code: grpc.status; details: string } {
  if (error instanceof StatusError) return { code: error.code, details: error.message };
  return { code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}

function withRefusals(service: object, handlers: Handlers): grpc.UntypedServiceImplementation {
  const refusals = Object.keys(service)
    .filter((method) => !(method in handlers))
    .map((method) => [
      method,
      unary(() => {
        throw new StatusError(
          grpc.status.UNIMPLEMENTED,
          `embedded engine: ${method} is not supported; use the Pulumi CLI`,
        );
      }),
    ]);
  return { ...handlers, ...(Object.fromEntries(refusals) as Handlers) };
}
