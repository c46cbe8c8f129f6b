import { createServer, type Server, type ServerResponse } from "node:http";

import { judgeRequest } from "./guard";

/** What the dashboard shows at this moment. */
export interface View {
  /** The whole page, with all its parts. */
  page(): string;
  /** By id: the parts' inner markup. */
  parts(): Record<string, string>;
}

export interface Dashboard {
  address: string;
  port: number;
  /** Sends whatever has changed to every open page. */
  refresh(): void;
  close(): Promise<void>;
}

const HEADERS = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
};

/** Scripts and events of its own origin only; styles stand in the page. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Pages open at the same time; a browser opens six connections to one place. */
const MOST_LISTENERS = 20;

/** @param port 0 for a free one. */
export async function serveDashboard(
  view: View,
  { port, token, script }: { port: number; token: string; script: string },
): Promise<Dashboard> {
  const listeners = new Map<ServerResponse, Map<string, string>>();
  let bound = port;
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    const site = headers["sec-fetch-site"];
    const asked = { method, url, host: headers.host, origin: headers.origin, site: [site].flat()[0] };
    const allowed = judgeRequest(asked, bound, token);
    if (!allowed.ok) {
      response.writeHead(allowed.status, HEADERS).end();
      return;
    }
    const send = (type: string, body: string) => {
      response.writeHead(200, { ...HEADERS, "Content-Type": type, "Content-Security-Policy": POLICY });
      response.end(method === "HEAD" ? undefined : body);
    };
    if (allowed.path === "") send("text/html; charset=utf-8", view.page());
    else if (allowed.path === "live.js") send("text/javascript; charset=utf-8", script);
    else if (allowed.path === "events" && method === "GET" && listeners.size < MOST_LISTENERS)
      listen(response);
    else response.writeHead(404, HEADERS).end();
  });

  function listen(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, "Content-Type": "text/event-stream; charset=utf-8" });
    response.write("retry: 2000\n\n");
    const sent = new Map<string, string>();
    listeners.set(response, sent);
    response.on("close", () => listeners.delete(response));
    sendChanges(response, sent);
  }

  function sendChanges(response: ServerResponse, sent: Map<string, string>): void {
    for (const [id, inner] of Object.entries(view.parts())) {
      if (sent.get(id) === inner) continue;
      sent.set(id, inner);
      response.write(`data: ${JSON.stringify({ id, inner })}\n\n`);
    }
  }

  bound = await listenOn(server, port);
  return {
    address: `http://127.0.0.1:${bound}/${token}/`,
    port: bound,
    refresh: () => {
      for (const [response, sent] of listeners) sendChanges(response, sent);
    },
    close: () =>
      new Promise((resolve) => {
        for (const response of listeners.keys()) response.end();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Of this machine alone. */
function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
