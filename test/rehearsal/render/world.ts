import { onTestFinished } from "vitest";

import type { StandInOptions } from "../../../rehearsal/render/options";
import { startRenderStandIn, type RenderStandIn } from "../../../rehearsal/render/server";
import { webSpec } from "./specs";

export { siteSpec, webSpec } from "./specs";

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed; undefined when it is no JSON. */
  body: Body;
}

/** The fields of every shape at once: each test expects those of the answer that it asked for. */
export interface Item {
  id: string;
  key: string;
  value: string;
  name: string;
  type: string;
  status: string;
  trigger: string;
  message: string;
  createdAt: string;
  finishedAt?: string | null;
  environmentId: string;
  recoveryStatus: string;
  startsAt: string;
  resources: unknown[];
  serviceDetails: Record<string, unknown>;
  details: { deployStatus: string; reason: { failure: { unhealthy: string } } };
  // What the tiny services of these tests say.
  greeting: string;
  commit: string;
  instance: string;
  pid: number;
  env: Record<string, string>;
  VITE_A: string;
  // Logs
  hasMore: boolean;
  nextStartTime: string;
  nextEndTime: string;
  logs: { message: string; labels: { name: string; value: string }[] }[];
}

type Wrapped = "deploy" | "job" | "event" | "envVar" | "service" | "blueprint" | "owner";
export type Row = { cursor: string; url: string } & Record<Wrapped, Item>;
export type Body = Item & readonly Row[];

export interface TestWorld extends RenderStandIn {
  /** A request as a client of the API sends it; `path` begins after `/v1`. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** What the public URL of a service says. */
  get(service: string, path?: string): Promise<Answer>;
  /** Polls a deploy until it has ended. */
  ended(service: string, deployId: string): Promise<Item>;
  deploys(service: string): string;
}

/** A stand-in that is stopped at the end of the test. */
export async function startWorld(options: Partial<StandInOptions> = {}): Promise<TestWorld> {
  const standIn = await startRenderStandIn({
    services: [webSpec()],
    settleMs: 20,
    shutdownMs: 500,
    healthTimeoutMs: 5000,
    ...options,
  });
  onTestFinished(() => standIn.stop());
  const api: TestWorld["api"] = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${standIn.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        authorization: `Bearer ${standIn.apiKey}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return read(answer);
  };
  const deploys = (service: string) => `/services/${standIn.service(service).id}/deploys`;
  return {
    ...standIn,
    api,
    deploys,
    async get(service, path = "/") {
      return read(await fetch(`${standIn.service(service).url}${path}`));
    },
    async ended(service, deployId) {
      for (;;) {
        const { body } = await api("GET", `${deploys(service)}/${deployId}`);
        if (!["created", "queued", "build_in_progress", "update_in_progress"].includes(body.status))
          return body;
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    },
  };
}

async function read(answer: Response): Promise<Answer> {
  const text = await answer.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: answer.status, headers: answer.headers, text, body: body as Body };
}
