import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { send, type HealthyAnswer, type WireFault } from "./wire-faults";

export interface WireServer {
  url: string;
  /** Nobody listens there. */
  closedUrl: string;
  /** Requests that a redirect led elsewhere. */
  strays: string[];
  /** Requests whose path begins so go wrong from now on, as often as the fault says, or for ever. */
  break(path: string, fault: WireFault, times?: number): void;
  mend(): void;
  stop(): Promise<void>;
}

/** A server that answers by `act` and is broken on demand. */
export async function startWireServer(
  act: (request: {
    method: string;
    path: string;
    body: string;
    headers: IncomingMessage["headers"];
  }) => HealthyAnswer,
): Promise<WireServer> {
  const timers = new Set<NodeJS.Timeout>();
  let broken: { path: string; fault: WireFault; left: number } | undefined;
  const strays: string[] = [];
  const elsewhere = await listen((request, response) => {
    strays.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(200).end("{}");
  });
  const main = await listen((request, response, body) => {
    const path = request.url ?? "";
    const now = () => act({ method: request.method ?? "", path, body, headers: request.headers });
    if (broken === undefined || broken.left <= 0 || !path.startsWith(broken.path)) {
      send(response, now());
      return;
    }
    broken.left -= 1;
    broken.fault.strike?.({
      response,
      act: now,
      elsewhere: `${elsewhere.url}/elsewhere`,
      every: (ms, action) => timers.add(setInterval(action, ms)),
      later: (ms, action) => timers.add(setTimeout(action, ms)),
    });
  });
  const closed = await listen(() => undefined);
  await closed.stop();
  const mend = () => {
    broken = undefined;
    for (const timer of timers) clearInterval(timer);
  };
  return {
    url: main.url,
    closedUrl: closed.url,
    strays,
    break: (path, fault, times = fault.times ?? 1) => {
      broken = { path, fault, left: times };
    },
    mend,
    async stop() {
      mend();
      await main.stop();
      await elsewhere.stop();
    },
  };
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on("error", () => undefined);
    request.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      handle(request, response, Buffer.concat(chunks).toString());
    });
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
