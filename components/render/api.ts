import type { z } from "zod";

/** Which of Render's rate limits a request counts against; `service:…` is the one for deploys of a single service. */
export type Bucket = "reads" | "writes" | "jobs" | `service:${string}`;

export type Query = Record<string, string | number | boolean | Date | readonly string[] | undefined>;

/** One request to Render, as an endpoint describes it. */
export interface ApiRequest {
  method: "GET" | "PUT" | "POST";
  /** With names in braces: `/services/{serviceId}/deploys`. */
  route: string;
  /** By name; each becomes one segment of the path. */
  params?: Record<string, string>;
  /** A list repeats its parameter; undefined leaves it out; dates are sent as RFC 3339. */
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  bucket: Bucket;
  /** Starts something each time that it is executed, so it is never repeated once it may have been. */
  once?: boolean;
  /** Carries or answers a variable's value: Render's own words about it are then never repeated in an error. */
  confidential?: boolean;
}

/** What every method of the client takes last, and what it means for all requests of the method together. */
export interface CallOptions {
  /** Ends the call at once, with the signal's reason; what Render had already got still holds. */
  signal?: AbortSignal;
  /** Milliseconds for the call with all its waiting and repeats; the client's `budgets.totalMs` otherwise. */
  totalMs?: number;
}

/** Options whose time has begun to run: passed from request to request of one call. */
export interface Running extends CallOptions {
  /** Local milliseconds. */
  deadline?: number;
}

/** A reply of 2xx. */
export interface Reply {
  status: number;
  empty: boolean;
  /** @throws RenderError RENDER_UNREADABLE (RENDER_ANSWER_LOST after a POST that starts something). */
  read<T>(schema: z.ZodType<T>): T;
}

/** What endpoints are written against. */
export interface Api {
  /** @throws RenderError; on every reply that is not 2xx. */
  send(request: ApiRequest, options?: Running): Promise<Reply>;
  /** Starts a call's time, so that all its requests share it; a time that runs already goes on. */
  running(options?: Running): Running;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
