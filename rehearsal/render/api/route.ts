import { z } from "zod";

import type { Bucket } from "../rate-limits";
import type { Service } from "../state/service";
import type { World } from "../state/world";
import { notFound } from "./refusal";

export interface Call<Query, Body> {
  world: World;
  params: Readonly<Record<string, string>>;
  query: Query;
  body: Body;
}

export interface Reply {
  status: number;
  /** None: no body and no Content-Type. */
  body?: unknown;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path with its parameters: `/v1/services/{serviceId}`. */
  readonly template: string;
  readonly bucket: Bucket;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  readonly handle: (call: Call<never, never>) => Reply | Promise<Reply>;
}

/** Describes a route: `verb` is method and template, as in `GET /v1/services/{serviceId}`; `query` and `body` are strict
 *  (default: neither is allowed); `bucket` defaults to reads for GET, else to writes. */
export function route<Query extends z.ZodType = typeof nothing, Body extends z.ZodType = typeof noBody>(
  verb: string,
  shape: { query?: Query; body?: Body; bucket?: Bucket },
  handle: (call: Call<z.output<Query>, z.output<Body>>) => Reply | Promise<Reply>,
): Route {
  const [method = "", template = ""] = verb.split(" ");
  if (method !== "GET" && method !== "POST" && method !== "PUT" && method !== "PATCH" && method !== "DELETE")
    throw new Error(`no route: ${verb}`);
  return {
    method,
    template,
    bucket: shape.bucket ?? (method === "GET" ? "reads" : "writes"),
    query: shape.query ?? nothing,
    body: shape.body ?? noBody,
    // Query and body were parsed by these very shapes before.
    handle: handle,
  };
}

const nothing = z.strictObject({});
const noBody = z.undefined({ error: "this request has no body" });

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** The service that the path names. */
export function requireService(call: Pick<Call<unknown, unknown>, "world" | "params">): Service {
  const id = call.params["serviceId"] ?? "";
  const service = call.world.services.find((candidate) => candidate.id === id);
  if (service === undefined) throw notFound(id);
  return service;
}
