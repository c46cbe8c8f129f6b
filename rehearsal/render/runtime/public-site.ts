import http from "node:http";
import type { AddressInfo } from "node:net";

import { noTarget, type Target } from "./targets";

export interface Served {
  method: string;
  path: string;
  host: string;
  status: number;
  /** Real milliseconds from the request's arrival to the end of the answer. */
  ms: number;
}

/** The stable public URL of a service. Requests go to the target that stood when they came in, and finish there. */
export class PublicSite {
  private target: Target = noTarget;
  private readonly inFlight = new Map<Target, number>();
  private readonly waiting = new Map<Target, (() => void)[]>();
  private readonly server: http.Server;

  private constructor(private readonly onServed: (served: Served) => void) {
    this.server = http.createServer((request, response) => {
      this.serve(request, response);
    });
    // A probe may keep its connection longer than the default 5 s; closing it under a request would look like downtime.
    this.server.keepAliveTimeout = 60_000;
  }

  static async open(onServed: (served: Served) => void): Promise<PublicSite> {
    const site = new PublicSite(onServed);
    await new Promise<void>((resolve, reject) => {
      site.server.once("error", reject);
      site.server.listen(0, "127.0.0.1", resolve);
    });
    return site;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on requests go to `target`. Answers with the target before. */
  switchTo(target: Target): Target {
    const before = this.target;
    this.target = target;
    return before;
  }

  /** Settles when no request is under way at the target any more. */
  async idle(target: Target): Promise<void> {
    if ((this.inFlight.get(target) ?? 0) === 0) return;
    await new Promise<void>((resolve) => {
      this.waiting.set(target, [...(this.waiting.get(target) ?? []), resolve]);
    });
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }

  private serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { target } = this;
    const began = performance.now();
    this.inFlight.set(target, (this.inFlight.get(target) ?? 0) + 1);
    response.once("close", () => {
      this.leave(target);
      this.onServed({
        method: request.method ?? "GET",
        path: (request.url ?? "/").split("?")[0] ?? "/",
        host: request.headers.host ?? "",
        // 499: the caller went away before the answer was complete.
        status: response.writableFinished ? response.statusCode : 499,
        ms: performance.now() - began,
      });
    });
    target.answer(request, response);
  }

  private leave(target: Target): void {
    const left = (this.inFlight.get(target) ?? 1) - 1;
    if (left > 0) {
      this.inFlight.set(target, left);
      return;
    }
    this.inFlight.delete(target);
    for (const resolve of this.waiting.get(target) ?? []) resolve();
    this.waiting.delete(target);
  }
}
