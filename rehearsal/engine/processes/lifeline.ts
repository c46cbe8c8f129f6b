import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";

/** Where a provider can see that this engine lives. */
export interface Lifeline {
  /** `127.0.0.1:<port>`, which the providers' host gets as its argument. */
  address: string;
  close(): void;
}

/** gRPC's status for a method that nobody serves. @source grpc/grpc doc/statuscodes.md */
const UNIMPLEMENTED = "12";

/** The engine's address as providers know it. The CLI serves its `Engine` there; dynamic providers ask it for nothing, so
 *  here each call is refused. It is there before gRPC is loaded. */
export function openLifeline(): Promise<Lifeline> {
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.on("error", () => undefined);
  });
  server.on("stream", (stream) => {
    stream.on("error", () => undefined);
    const refusal = { "grpc-status": UNIMPLEMENTED, "grpc-message": "embedded engine: use the Pulumi CLI" };
    stream.respond({ ":status": 200, "content-type": "application/grpc", ...refusal }, { endStream: true });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        address: `127.0.0.1:${port}`,
        close() {
          server.close();
          for (const session of sessions) session.destroy();
        },
      });
    });
  });
}
