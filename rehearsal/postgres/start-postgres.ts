import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";

import { makeCluster } from "./make-cluster";
import { findPostgres } from "./find-postgres";
import { ordinaryUser } from "./ordinary-user";
import { freePort } from "../free-port";

export interface PostgresServer {
  /** postgres://… on 127.0.0.1, of the database that was asked for. Its user may do everything. */
  url: string;
  port: number;
  /** Another database of this server; made where there is none. */
  createDatabase(name: string): Promise<string>;
  /** Ends the server; connections break. Data in a folder of the caller's stay. May be called twice. */
  stop(): Promise<void>;
  /** Ends the server's processes as a crash would; only for servers with a `dataDir`, which can be started again. */
  crash(): Promise<void>;
}

export interface PostgresOptions {
  /** Default: `postgres`. */
  user?: string;
  /** Default: `only-for-rehearsal`. */
  password?: string;
  /** Default: `postgres`. */
  database?: string;
  /** Keeps the data in this folder, which may hold those of an earlier server; default: gone at the end. Who is root: `nobody` has to be let through the folders above. */
  dataDir?: string;
  /** Default: a free one. */
  port?: number;
  /** Settings of postgresql.conf: `{ max_connections: "20" }`. */
  settings?: Record<string, string>;
}

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;
/** Quick rather than safe from power cuts: nothing in it is needed tomorrow. */
const SETTINGS = {
  fsync: "off",
  full_page_writes: "off",
  shared_buffers: "32MB",
  unix_socket_directories: "",
  listen_addresses: "127.0.0.1",
  max_connections: "100",
};

/**
 * Starts a real Postgres server on this machine, reached from this machine only, which ends with this process however
 * that ends.
 * @throws where there is no Postgres for this machine (see findPostgres), or it cannot be started, with what it said.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const programs = findPostgres();
  if ("missing" in programs) throw new Error(programs.missing);
  const { user = "postgres", password = "only-for-rehearsal", database = "postgres" } = options;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "rollout-postgres-"));
  makeCluster(programs.initdb, dataDir, user, password);
  const port = options.port ?? (await freePort());
  const settings = { ...SETTINGS, ...options.settings, port: String(port) };
  const child = startServer(programs.postgres, dataDir, settings, options.dataDir === undefined);
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => {
      resolve();
    }),
  );
  const urlOf = (name: string) =>
    `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(name)}`;
  await waitUntilUp(urlOf("postgres"), child);
  child.unref();

  const createDatabase = async (name: string) => {
    await withClient(urlOf("postgres"), async (client) => {
      const found = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
      if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    });
    return urlOf(name);
  };
  const end = async (signal: "fast" | "crash") => {
    if (child.exitCode === null && child.signalCode === null) {
      child.ref();
      const killer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
      child.stdin?.end(`${signal}\n`);
      if (process.platform === "win32") child.kill();
      await ended;
      clearTimeout(killer);
    }
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  return {
    url: await createDatabase(database),
    port,
    createDatabase,
    stop: () => end("fast"),
    crash: () => end("crash"),
  };
}

/**
 * Postgres does not look whether who started it is alive. The shell in front of it does: its standard input closes when
 * this process is gone. SIGINT is Postgres' "fast" shutdown, SIGQUIT its "immediate" one.
 */
const KEEPER = `
dir=$1; remove=$2; shift 2
"$@" & pid=$!
trap '' INT HUP
read -r how
case $how in crash) kill -QUIT $pid;; *) kill -INT $pid;; esac
wait $pid
code=$?
if [ "$remove" = yes ]; then rm -rf "$dir"; fi
exit $code
`;

function startServer(
  program: string,
  dataDir: string,
  settings: Record<string, string>,
  remove: boolean,
): ChildProcess {
  const words = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [program, "-D", dataDir, ...words];
  const spawnOptions = { cwd: dataDir, stdio: ["pipe", "ignore", "pipe"] as ("pipe" | "ignore")[] };
  if (process.platform === "win32") return spawn(program, command.slice(1), spawnOptions);
  // A group of its own: a Ctrl-C in the terminal is for who started it.
  return spawn("/bin/sh", ["-c", KEEPER, "sh", dataDir, remove ? "yes" : "no", ...command], {
    ...ordinaryUser(),
    ...spawnOptions,
    detached: true,
  });
}

async function waitUntilUp(url: string, child: ChildProcess): Promise<void> {
  let said = "";
  child.stderr?.on("data", (text: Buffer) => (said = `${said}${text.toString()}`.slice(-4_000)));
  (child.stderr as unknown as { unref?: () => void } | null)?.unref?.();
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  const until = Date.now() + START_WITHIN_MS;
  for (;;) {
    try {
      await withClient(url, (client) => client.query("SELECT 1"));
      return;
    } catch (error) {
      if (/FATAL: {2}(?!the database system)/.test(said) || child.exitCode !== null || Date.now() > until) {
        child.stdin?.end();
        throw new Error(`Postgres could not be started: ${said || String(error)}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
