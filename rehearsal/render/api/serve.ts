import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import { newRequestId } from "../ids";
import type { RateLimiter } from "../rate-limits";
import type { LoggedRequest, RequestLog } from "../request-log";
import type { World } from "../state/world";
import { ApiError } from "./refusal";
import type { Reply, Route } from "./route";
import { send } from "./send";
import { strikesAfter, strikesBefore } from "./strike";

export interface ApiState {
  readonly world: World;
  readonly log: RequestLog;
  readonly limiter: RateLimiter;
  readonly apiKey: string;
}

/** Answers one request of a known route, faults included. */
export async function serve(
  state: ApiState,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { world } = state;
  const params = request.params as Record<string, string>;
  const service = world.services.find(({ id }) => id === params["serviceId"]);
  const began = performance.now();
  const entry: LoggedRequest = {
    method: route.method,
    route: `${route.method} ${route.template}`,
    status: 0,
    at: world.clock.now(),
    wallMs: Date.now(),
  };
  if (service !== undefined) entry.service = service.spec.name;
  state.log.begin(entry);
  stampHeaders(world, reply);
  const finish = () => {
    entry.ms = performance.now() - began;
  };
  const fault = world.faults.takeRequestFault(entry.route, service?.spec.name);
  if (fault !== undefined && (await strikesBefore(fault, request, reply, entry))) {
    finish();
    return;
  }
  const answer = await answerOf(state, route, request, reply, params, service?.id);
  if (fault !== undefined && (await strikesAfter(fault, request, reply, entry, answer))) {
    finish();
    return;
  }
  entry.status = answer.status;
  finish();
  send(reply, answer);
}

/** Answers what is no route of Render's, as far as the stand-in knows it. */
export function serveUnknown(state: ApiState, request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split("?")[0] ?? "/";
  const plain = state.world.options.unknownRoute === "404";
  const status = plain ? 404 : 501;
  state.log.begin({
    method: request.method,
    route: `${request.method} ${path}`,
    status,
    at: state.world.clock.now(),
    wallMs: Date.now(),
  });
  state.log.refuse(`${request.method} ${path}: no such route`);
  stampHeaders(state.world, reply);
  if (plain) void reply.code(404).type("text/plain; charset=utf-8").send("404 page not found\n");
  else send(reply, { status, body: { message: `the stand-in has no route ${request.method} ${path}` } });
}

/** A request that could not even be read, or a mistake of the stand-in's own: recorded, so that a test notices. */
export function serveBroken(
  state: ApiState,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const words = error instanceof Error ? error.message : String(error);
  state.log.refuse(`${request.method} ${request.url.split("?")[0] ?? "/"}: ${words}`);
  send(reply, { status: 500, body: { message: words } });
}

function stampHeaders(world: World, reply: FastifyReply): void {
  void reply.header("Date", world.clock.now().toUTCString());
  void reply.header("Render-Request-Id", newRequestId());
}

async function answerOf(
  state: ApiState,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  params: Record<string, string>,
  serviceId: string | undefined,
): Promise<Reply> {
  try {
    if (request.headers.authorization !== `Bearer ${state.apiKey}`) throw new ApiError(401, "Unauthorized");
    const allowance = state.limiter.take(route.bucket, serviceId);
    void reply.header("Ratelimit-Limit", String(allowance.limit));
    void reply.header("Ratelimit-Remaining", String(allowance.remaining));
    void reply.header("Ratelimit-Reset", String(allowance.reset));
    if (!allowance.allowed) {
      void reply.header("Retry-After", String(allowance.secondsLeft));
      throw new ApiError(429, "rate limit exceeded");
    }
    const query = parse(route.query, request.query, "query");
    const body = parse(route.body, parseBody(request.body), "body");
    return await route.handle({ world: state.world, params, query: query as never, body: body as never });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.unknownToRender) state.log.refuse(`${route.method} ${route.template}: ${error.message}`);
    return { status: error.status, body: { message: error.message } };
  }
}

function parse(shape: z.ZodType, value: unknown, what: string): unknown {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => [what, ...path.map(String)].join(".") + `: ${message}`,
  );
  throw new ApiError(400, problems.join("; "), true);
}

/** The body arrives as text; none, or an empty one, is undefined whatever the Content-Type says. */
function parseBody(raw: unknown): unknown {
  if (typeof raw !== "string" || raw === "") return undefined;
  try {
    return JSON.parse(raw);
  } catch {
    throw new ApiError(400, "body: not JSON", true);
  }
}
