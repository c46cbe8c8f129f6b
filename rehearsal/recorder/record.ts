import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Engine } from "../operator/engine";
import type { Step } from "../operator/pulumi";
import type { LoggedRequest, RequestLog } from "../render/request-log";

/** One operation of the engine beneath a command. */
export interface RecordedOperation {
  operation: string;
  result: "succeeded" | "failed";
  seconds: number;
  steps: Step[];
  /** By method and route: how many requests Render got while it ran. */
  requests: Record<string, number>;
}

/** The engine that our commands get, with the recorder before it. */
export function recorded(engine: Engine, file: string): Engine {
  const env = { ROLLOUT_RECORD: file, ROLLOUT_RECORDED: engine.executable };
  return { ...engine, env: { ...env, ROLLOUT_PULUMI: join(__dirname, "pulumi") } };
}

/** The operations recorded since the last time, oldest first. */
export function createRecordReader(file: string, requests: RequestLog): () => RecordedOperation[] {
  let read = 0;
  return () => {
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    const fresh = lines.slice(read);
    read = lines.length;
    return fresh.map((line) => {
      const { operation, began, ended, exitCode, steps } = JSON.parse(line) as Line;
      return {
        operation,
        result: exitCode === 0 ? "succeeded" : "failed",
        seconds: Math.round((ended - began) / 100) / 10,
        steps,
        requests: countBetween(requests.all(), began, ended),
      };
    });
  };
}

interface Line {
  operation: string;
  /** Milliseconds since 1970, by this machine's clock. */
  began: number;
  ended: number;
  exitCode: number;
  steps: Step[];
}

function countBetween(all: readonly LoggedRequest[], began: number, ended: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { route, wallMs } of all) {
    if (wallMs >= began && wallMs <= ended) counts[route] = (counts[route] ?? 0) + 1;
  }
  return counts;
}
