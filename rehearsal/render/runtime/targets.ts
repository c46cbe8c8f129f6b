import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream";

/** What stands behind a public URL. */
export interface Target {
  answer(request: IncomingMessage, response: ServerResponse): void;
}

/** Passes requests on to a process that listens on 127.0.0.1. A connection for each: none can be closed under a request. */
export function processTarget(port: number): Target {
  return {
    answer(request, response) {
      const upstream = http.request({
        host: "127.0.0.1",
        port,
        method: request.method,
        path: request.url,
        headers: { ...request.headers, connection: "close", "x-forwarded-proto": "http" },
        agent: false,
      });
      upstream.once("response", (answer) => {
        const headers = Object.entries(answer.headers).filter(
          ([name]) => name !== "connection" && name !== "keep-alive",
        );
        response.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers));
        pipeline(answer, response, (error) => {
          if (error) response.destroy();
        });
      });
      upstream.once("error", () => {
        if (response.headersSent) response.destroy();
        else badGateway(response);
      });
      pipeline(request, upstream, () => undefined);
      response.once("close", () => {
        if (!response.writableFinished) upstream.destroy();
      });
    },
  };
}

/** Serves the files of a directory, `index.html` for a directory.
 *  @param rewriteAllTo the page, as in `/index.html`, that a path gets which is no file. */
export function directoryTarget(directory: string, rewriteAllTo?: string): Target {
  return {
    answer(request, response) {
      if (request.method !== "GET" && request.method !== "HEAD") {
        plain(response, 405, "Method Not Allowed");
        return;
      }
      const found = findFile(directory, request.url ?? "/").then((file) =>
        file === undefined && rewriteAllTo !== undefined ? findFile(directory, rewriteAllTo) : file,
      );
      void found.then((file) => {
        if (file === undefined) {
          plain(response, 404, "Not Found");
          return;
        }
        response.writeHead(200, {
          "content-type": CONTENT_TYPES[extname(file.path)] ?? "application/octet-stream",
          "content-length": file.size,
          "cache-control": "public, max-age=0, must-revalidate",
        });
        if (request.method === "HEAD") response.end();
        else pipeline(createReadStream(file.path), response, () => undefined);
      });
    },
  };
}

/** Nothing answers. */
export const noTarget: Target = {
  answer(_request, response) {
    badGateway(response);
  },
};

export const suspendedTarget: Target = {
  answer(_request, response) {
    plain(response, 503, "Service Suspended");
  },
};

const CONTENT_TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".txt": "text/plain; charset=utf-8",
};

async function findFile(directory: string, url: string): Promise<{ path: string; size: number } | undefined> {
  let name: string;
  try {
    name = normalize(decodeURIComponent(url.split("?")[0] ?? "/"));
  } catch {
    return undefined;
  }
  const wanted = join(directory, name);
  if (wanted !== directory && !wanted.startsWith(directory.endsWith(sep) ? directory : directory + sep))
    return undefined;
  for (const path of [wanted, join(wanted, "index.html")]) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) return { path, size: found.size };
  }
  return undefined;
}

function badGateway(response: ServerResponse): void {
  plain(response, 502, "Bad Gateway");
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(text);
}
