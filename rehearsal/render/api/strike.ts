import type { FastifyReply, FastifyRequest } from "fastify";

import type { RequestFault } from "../faults";
import type { LoggedRequest } from "../request-log";
import { pause } from "../runtime/wait";
import type { Reply } from "./route";
import { send } from "./send";

/** The fault's part before the effect.
 *  @returns whether the request is done with. */
export async function strikesBefore(
  fault: RequestFault,
  request: FastifyRequest,
  reply: FastifyReply,
  entry: LoggedRequest,
): Promise<boolean> {
  switch (fault.kind) {
    case "slow":
      if (fault.when !== "after") await pause(fault.ms);
      return false;
    case "rate-limited":
      entry.status = 429;
      void reply.header("Retry-After", String(fault.retryAfterSeconds));
      send(reply, { status: 429, body: { message: "rate limit exceeded" } });
      return true;
    case "redirect":
      entry.status = fault.status ?? 307;
      void reply.code(entry.status).header("Location", fault.location).send();
      return true;
    case "drop":
      if (fault.when === "after") return false;
      drop(request, reply);
      return true;
    case "answer":
      if (fault.when === "after") return false;
      sendFault(fault, reply, entry);
      return true;
    case "truncated":
      return false;
  }
}

/** The fault's part once the effect took place.
 *  @returns whether the request is done with, and its true answer never sent. */
export async function strikesAfter(
  fault: RequestFault,
  request: FastifyRequest,
  reply: FastifyReply,
  entry: LoggedRequest,
  answer: Reply,
): Promise<boolean> {
  switch (fault.kind) {
    case "drop":
      drop(request, reply);
      return true;
    case "answer":
      sendFault(fault, reply, entry);
      return true;
    case "truncated": {
      const json = JSON.stringify(answer.body ?? {});
      entry.status = answer.status;
      void reply
        .code(answer.status)
        .type("application/json; charset=utf-8")
        .send(json.slice(0, Math.ceil(json.length / 2)));
      return true;
    }
    case "slow":
      if (fault.when === "after") await pause(fault.ms);
      return false;
    case "rate-limited":
    case "redirect":
      return false;
  }
}

function drop(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.destroy();
}

function sendFault(
  fault: Extract<RequestFault, { kind: "answer" }>,
  reply: FastifyReply,
  entry: LoggedRequest,
): void {
  entry.status = fault.status;
  const isText = typeof fault.body === "string";
  for (const [name, value] of Object.entries(fault.headers ?? {})) void reply.header(name, value);
  void reply
    .code(fault.status)
    .type(fault.contentType ?? (isText ? "text/html; charset=utf-8" : "application/json; charset=utf-8"));
  void reply.send(isText ? fault.body : JSON.stringify(fault.body ?? { message: "internal server error" }));
}
