import { createServer as createHttp } from "node:http";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

import { Client } from "pg";

/** Of the database's server and of every role that a case makes. */
export const PASSWORD = "canary-of-the-database";

/** Something that is wrong with a database, or with the way to it. */
export interface Breakage {
  name: string;
  /**
   * The URL to be asked instead, with what mends it.
   * @param healthy asks through a URL, as the step does: for a breakage that depends on how long an answer is.
   */
  arrange(
    url: string,
    healthy: (url: string) => Promise<unknown>,
  ): Promise<{ url: string; mend(): Promise<void> }>;
  /** Whether the database can be asked all the same, of some things or of all. */
  harmless?: boolean;
  /** The step's tables are slow to read, and this is how long a statement may take, in milliseconds. */
  statementTimeoutMs?: number;
}

const keep = (url: string) => ({ url, mend: () => Promise.resolve() });
const edited = (edit: (url: URL) => void) => (from: string) => {
  const url = new URL(from);
  edit(url);
  return Promise.resolve(keep(url.href));
};

export const BREAKAGES: Breakage[] = [
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
  ...[0.5, 0.9].map((share): Breakage => ({
    name: `the connection is lost when ${share * 100} per cent of an answer is there`,
    async arrange(url, healthy) {
      const bytes = await answerLength(url, healthy);
      return inFront(url, (socket, to) => {
        cutAfter(socket, to, Math.floor(bytes * share));
      });
    },
  })),
  {
    name: "a statement that takes longer than it may",
    harmless: true,
    statementTimeoutMs: 5,
    arrange: (url) => Promise.resolve(keep(url)),
  },
  {
    name: "rows that a policy hides from who asks",
    harmless: true,
    async arrange(url) {
      const client = await open(url);
      const role = await makeRole(client, url, "barred", "LOGIN");
      await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
      await client.query(ofAllTables("ALTER TABLE %s ENABLE ROW LEVEL SECURITY"));
      await client.end();
      return keep(asRole(url, role));
    },
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
      await client.query("BEGIN");
      await client.query(ofAllTables("LOCK TABLE %s IN ACCESS EXCLUSIVE MODE"));
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
      return keep(asRole(url, "weak"));
    },
    harmless: true,
  },
  {
    name: "no connection left",
    arrange: async (url) => {
      const client = await open(url);
      const role = await makeRole(client, url, "full", "LOGIN CONNECTION LIMIT 0");
      await client.end();
      return keep(asRole(url, role));
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

/** A statement with `%s` for each table that is there. */
function ofAllTables(statement: string): string {
  return `DO $$ DECLARE place regclass; BEGIN
    FOR place IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
      EXECUTE format('${statement}', place);
    END LOOP; END $$`;
}

/** Bytes that the server sends when nothing is wrong. */
async function answerLength(url: string, healthy: (url: string) => Promise<unknown>): Promise<number> {
  let bytes = 0;
  const counting = await inFront(url, (socket, to) => {
    const upstream = relayTo(to);
    socket.pipe(upstream);
    upstream.on("data", (piece: Buffer) => (bytes += piece.length));
    upstream.pipe(socket);
  });
  await healthy(counting.url);
  await counting.mend();
  return bytes;
}

/** @throws Error when it cannot be opened. */
export async function open(url: string): Promise<Client> {
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

/** A role of one database's own, made anew. @returns its name. */
async function makeRole(client: Client, url: string, prefix: string, options: string): Promise<string> {
  const role = `${prefix}_${new URL(url).pathname.slice(1)}`;
  await client.query(`DROP ROLE IF EXISTS ${role}; CREATE ROLE ${role} ${options} PASSWORD '${PASSWORD}'`);
  return role;
}

function asRole(url: string, role: string): string {
  const address = new URL(url);
  address.username = role;
  return address.href;
}
