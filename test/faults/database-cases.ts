import { createServer as createHttp } from "node:http";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

import { Client } from "pg";

import {
  connectTo,
  createDirectReader,
  readMigrations,
  type MigrationSource,
} from "../../components/database";
import { startPostgres, type PostgresServer } from "../../rehearsal/postgres/start-postgres";
import { noFindings, type FaultCase, type Findings } from "./fault-case";

const PASSWORD = "canary-of-the-database";
const ID = "001_add_car_number";

const SOURCES: Record<string, MigrationSource> = {
  "tables, columns and indexes": {
    kind: "shows",
    facts: [
      { table: "cars" },
      { column: "orders.car_number", type: "varchar(20)" },
      { index: "idx_orders_car_number" },
    ],
  },
  "a query of its own": {
    kind: "shows",
    facts: [{ query: "SELECT 1 FROM settings WHERE name = 'car_number'" }],
  },
};

const BEFORE = `
  CREATE TABLE orders (id int PRIMARY KEY);
  CREATE TABLE settings (name text PRIMARY KEY);
`;
const APPLY = `
  CREATE TABLE cars (id int PRIMARY KEY);
  ALTER TABLE orders ADD COLUMN car_number varchar(20);
  CREATE INDEX idx_orders_car_number ON orders (car_number);
  INSERT INTO settings VALUES ('car_number');
`;

type Truth = "applied" | "pending";

interface Breakage {
  name: string;
  /** The URL to be asked instead, with what mends it. */
  arrange(url: string): Promise<{ url: string; mend(): Promise<void> }>;
  /** Whether the database can be asked all the same. */
  harmless?: boolean;
}

const keep = (url: string) => ({ url, mend: () => Promise.resolve() });
const edited = (edit: (url: URL) => void) => (from: string) => {
  const url = new URL(from);
  edit(url);
  return Promise.resolve(keep(url.href));
};

const BREAKAGES: Breakage[] = [
  { name: "nothing listens", arrange: edited((url) => (url.port = "1")) },
  {
    name: "a host that no name server knows",
    arrange: edited((url) => (url.hostname = "no-such-host.invalid")),
  },
  { name: "a wrong password", arrange: edited((url) => (url.password = `${PASSWORD}-not`)) },
  { name: "a user that is not there", arrange: edited((url) => (url.username = "nobody_at_all")) },
  { name: "a database that is not there", arrange: edited((url) => (url.pathname = "/gone")) },
  {
    name: "no encryption where it is required",
    arrange: edited((url) => {
      url.searchParams.set("sslmode", "require");
    }),
  },
  {
    name: "no certificate where one is verified",
    arrange: edited((url) => {
      url.searchParams.set("sslmode", "verify-full");
    }),
  },
  { name: "a server that never speaks", arrange: (url) => inFront(url, () => undefined) },
  { name: "a server that hangs up", arrange: (url) => inFront(url, (socket) => socket.destroy()) },
  { name: "a server that speaks HTTP", arrange: behindHttp },
  {
    name: "a captive portal's page",
    arrange: (url) => inFront(url, (socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n<html>")),
  },
  ...[1, 14, 60, 200, 400, 600].map((bytes): Breakage => ({
    name: `the connection is lost after ${bytes} bytes of the server's`,
    arrange: (url) =>
      inFront(url, (socket, to) => {
        cutAfter(socket, to, bytes);
      }),
  })),
  {
    name: "the connection goes silent after 200 bytes of the server's",
    arrange: (url) =>
      inFront(url, (socket, to) => {
        cutAfter(socket, to, 200, true);
      }),
  },
  {
    name: "slow",
    harmless: true,
    arrange: (url) =>
      inFront(url, (socket, to) => {
        const server = relayTo(to);
        socket.pipe(server);
        server.on("data", (piece: Buffer) => setTimeout(() => socket.write(piece), 20));
      }),
  },
  {
    name: "a lock on all of its tables",
    arrange: async (url) => {
      const client = await open(url);
      await client.query("BEGIN; LOCK TABLE orders, settings IN ACCESS EXCLUSIVE MODE");
      return { url, mend: () => client.end() };
    },
    harmless: true,
  },
  {
    name: "no right to read anything",
    arrange: async (url) => {
      const client = await open(url);
      await client.query(
        `DO $$ BEGIN CREATE ROLE weak LOGIN PASSWORD '${PASSWORD}'; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
      );
      await client.end();
      const weak = new URL(url);
      weak.username = "weak";
      return keep(weak.href);
    },
    harmless: true,
  },
  {
    name: "no connection left",
    arrange: async (url) => {
      const client = await open(url);
      const role = `full_${new URL(url).pathname.slice(1)}`;
      await client.query(
        `DROP ROLE IF EXISTS ${role}; CREATE ROLE ${role} LOGIN CONNECTION LIMIT 0 PASSWORD '${PASSWORD}'`,
      );
      await client.end();
      const full = new URL(url);
      full.username = role;
      return keep(full.href);
    },
  },
  {
    name: "a database that may only be read",
    harmless: true,
    arrange: async (url) => {
      const client = await open(url);
      await client.query(
        `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = on`,
      );
      await client.end();
      return keep(url);
    },
  },
];

let shared: Promise<PostgresServer> | undefined;
/** One server for all cases; each case has a database of its own. */
const server = () => (shared ??= startPostgres({ password: PASSWORD }));
let databases = 0;

export async function stopDatabase(): Promise<void> {
  await (await shared)?.stop();
  shared = undefined;
}

export function databaseCases(): FaultCase[] {
  return BREAKAGES.flatMap((breakage) =>
    Object.keys(SOURCES).flatMap((source) =>
      (["applied", "pending"] as const).map((truth) => ({
        area: "the database",
        step: `asking whether a migration that is ${truth} is, by ${source}`,
        fault: breakage.name,
        run: () => tryOut(breakage, SOURCES[source]!, truth),
      })),
    ),
  );
}

async function tryOut(breakage: Breakage, source: MigrationSource, truth: Truth): Promise<Findings> {
  const findings = noFindings();
  const url = await (await server()).createDatabase(`case_${(databases += 1)}`);
  const client = await open(url);
  await client.query(BEFORE + (truth === "applied" ? APPLY : ""));
  await client.end();
  const broken = await breakage.arrange(url);
  const reading = await ask(broken.url, source, 1_500);
  await broken.mend();
  if (reading.state === "unknown") {
    if (reading.because.length < 20) findings.wrong.push(`"${reading.because}" says too little`);
  } else if (reading.state !== truth) findings.lost.push(`read as ${reading.state}`);
  else if (breakage.harmless !== true) findings.wrong.push("known, although it could not be asked");
  if (JSON.stringify(reading).includes(PASSWORD)) findings.leaked.push("the password is in what was said");
  const next = await ask(url, source, 20_000);
  if (next.state !== truth) findings.wrong.push(`the next run reads ${JSON.stringify(next)}`);
  return findings;
}

async function ask(url: string, source: MigrationSource, patienceMs: number) {
  const reader = createDirectReader(connectTo(url, { connectTimeoutMs: patienceMs }), {
    statementTimeoutMs: patienceMs,
    lockTimeoutMs: 200,
  });
  const { readings } = await readMigrations(reader, [{ id: ID, source }]);
  return readings[ID] ?? { state: "unknown" as const, because: "no reading at all" };
}

async function open(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** The same URL through a port of our own. */
async function inFront(url: string, handle: (socket: Socket, to: URL) => void) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const front = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    handle(socket, target);
  });
  return listening(front, url, () => {
    for (const socket of sockets) socket.destroy();
  });
}

async function behindHttp(url: string) {
  const front = createHttp((_request, response) => response.writeHead(400).end("<html>no</html>"));
  return listening(front, url, () => {
    front.closeAllConnections();
  });
}

async function listening(front: Server, url: string, end: () => void) {
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  const through = new URL(url);
  through.port = String((front.address() as AddressInfo).port);
  return {
    url: through.href,
    mend: async () => {
      end();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}

function relayTo(to: URL): Socket {
  const socket = connect(Number(to.port), to.hostname);
  socket.on("error", () => undefined);
  return socket;
}

function cutAfter(socket: Socket, to: URL, bytes: number, silently = false): void {
  const upstream = relayTo(to);
  let left = bytes;
  socket.pipe(upstream);
  socket.on("close", () => upstream.destroy());
  upstream.on("data", (piece: Buffer) => {
    socket.write(piece.subarray(0, Math.max(0, left)));
    left -= piece.length;
    if (left > 0) return;
    upstream.destroy();
    if (!silently) socket.end();
  });
}
