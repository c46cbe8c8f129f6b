import { spawn, spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

import { freePort } from "../../rehearsal/free-port";

/** A server that speaks S3, on 127.0.0.1. */
export interface S3Server {
  /** Environment of a Pulumi that keeps its state there. */
  env: Record<string, string>;
  stop(): void;
}

const BUCKET = "rollout-state";
const STARTS_WITHIN_MS = 120_000;

/** The Python that has moto (PyPI), or undefined. `ROLLOUT_MOTO_PYTHON` names one in an environment of its own. */
export function findMoto(): string | undefined {
  const python = process.env["ROLLOUT_MOTO_PYTHON"] ?? "python3";
  const { status } = spawnSync(python, ["-c", "import moto.server"], { stdio: "ignore" });
  return status === 0 ? python : undefined;
}

export async function startMoto(python: string): Promise<S3Server> {
  const port = await freePort();
  const args = ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)];
  const server = spawn(python, args, { stdio: "ignore" });
  const bucket = `http://127.0.0.1:${port}/${BUCKET}`;
  const until = performance.now() + STARTS_WITHIN_MS;
  const isMade = () =>
    fetch(bucket, { method: "PUT" }).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isMade())) {
    if (server.exitCode !== null || performance.now() > until) throw new Error("moto did not start");
    await delay(100);
  }
  return {
    env: {
      PULUMI_BACKEND_URL: `s3://${BUCKET}?region=us-east-1&endpoint=127.0.0.1:${port}&disableSSL=true&s3ForcePathStyle=true`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
    },
    stop: () => {
      server.kill("SIGKILL");
    },
  };
}
