import type { FastifyReply } from "fastify";

import type { Reply } from "./route";

/** Sends a reply as JSON; without a body there is no Content-Type either. */
export function send(reply: FastifyReply, { status, body }: Reply): void {
  void reply.code(status);
  if (body === undefined) void reply.send();
  else void reply.type("application/json; charset=utf-8").send(JSON.stringify(body));
}
