import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";

export interface Database {
  /** postgres://… on 127.0.0.1. */
  url: string;
  /** Ends the database's process; connections break. May be called twice. */
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 5_000;

/**
 * Starts a real Postgres (PGlite, from npm) with the sample customer's data, in a process of its own that ends with this one.
 * Several connections work at the same time; transactions run one after the other, so a connection waits while another one's
 * transaction is open. What belongs to a session elsewhere (SET, session-level advisory locks, named prepared
 * statements) is shared by all connections here.
 * @param options.dataDir keeps the data in this folder; without it they are gone when the database stops.
 * @param options.port to come back on after a stop; default: a free one.
 * @throws when the database cannot be started, with the reason.
 */
export async function startDatabase(options: { dataDir?: string; port?: number } = {}): Promise<Database> {
  const child = fork(join(__dirname, "database", "server.mjs"), [JSON.stringify(options)], {
    // Without the loaders that this process may have been started with: the child is plain JavaScript.
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => {
      resolve();
    }),
  );
  const port = await startedPort(child);
  // A rehearsal that forgets to stop it is not kept alive by it.
  child.unref();
  child.channel?.unref();
  return {
    url: `postgres://felix_hub:only-for-rehearsal@127.0.0.1:${port}/felix_hub`,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const killer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
      if (child.connected) child.send("stop", () => undefined);
      await ended;
      clearTimeout(killer);
    },
  };
}

function startedPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`the rehearsal's Postgres ended while it started (exit code ${code ?? "none"})`));
    });
    child.once("message", (message: { port: number } | { problem: string }) => {
      if ("port" in message) resolve(message.port);
      else reject(new Error(`the rehearsal's Postgres could not be started: ${message.problem}`));
    });
  });
}
