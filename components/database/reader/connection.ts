import { readFileSync } from "node:fs";

import type { Client, ClientConfig } from "pg";
import { parse } from "pg-connection-string";

import { RolloutError } from "../../errors";

/** Opens a connection of its own each time; whoever opens it ends it. */
export type Connect = () => Promise<Client>;

export interface ConnectionLimits {
  /** To be connected and let in. */
  connectTimeoutMs: number;
}

const DEFAULT_LIMITS: ConnectionLimits = { connectTimeoutMs: 15_000 };

/**
 * Connects as the URL says, with libpq's meaning of `sslmode` (psql's and psycopg's, not that of pg 8): none or `prefer`
 * tries TLS first and goes without where the server has none; `require` encrypts, and verifies where `sslrootcert` names a
 * file; `verify-ca` and `verify-full` verify; `no-verify` encrypts and verifies nothing; `disable` does not encrypt.
 * @throws RolloutError DATABASE_URL_WRONG at once, where the text is no database's URL or names a file that cannot be read.
 * @source PostgreSQL documentation, "SSL Mode Descriptions"; pg-connection-string, `useLibpqCompat`.
 */
export function connectTo(databaseUrl: string, limits = DEFAULT_LIMITS): Connect {
  const { config, plainAfterRefusal } = configOf(databaseUrl, limits);
  return async () => {
    try {
      return await open(config);
    } catch (error) {
      if (!plainAfterRefusal || !(error instanceof Error) || !NO_TLS_THERE.test(error.message)) throw error;
      return open({ ...config, ssl: false });
    }
  };
}

/** pg's words when the server answers "N" to the request for TLS. */
const NO_TLS_THERE = /server does not support SSL/i;

async function open(config: ClientConfig): Promise<Client> {
  // Loaded where somebody asks a database: most previews do not.
  const { Client } = await import("pg");
  const client = new Client(config);
  // A connection that breaks while nothing is asked must not end the process; the next query fails, and says why.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

function configOf(
  databaseUrl: string,
  limits: ConnectionLimits,
): { config: ClientConfig; plainAfterRefusal: boolean } {
  // SQLAlchemy names its driver there: postgresql+psycopg://.
  const written = databaseUrl.trim().replace(/^postgres(?:ql)?(?:\+\w+)?:\/\//i, "postgres://");
  if (!written.startsWith("postgres://")) throw wrongUrl("it does not begin with postgres://");
  if (/^[^/]*\/\/(?:[^/]*@)?[^/?@]*,/.test(written))
    throw wrongUrl("it names several hosts; name the one that can be written to");
  const { address, sslmode, rootCertificate } = withoutTls(written);
  const parsed = parsedUrl(address);
  const tls = tlsOf(sslmode, rootCertificate);
  return {
    config: {
      host: parsed.host ?? undefined,
      port: parsed.port ? Number(parsed.port) : undefined,
      user: parsed.user,
      password: parsed.password,
      database: parsed.database ?? undefined,
      options: parsed.options ?? searchPathOf(written),
      ssl: tls,
      keepAlive: true,
      application_name: "rollout",
      connectionTimeoutMillis: limits.connectTimeoutMs,
    },
    plainAfterRefusal: sslmode === "prefer" || sslmode === "allow",
  };
}

/** Prisma and JDBC name the schema in their URLs: there they look, and so do we. */
function searchPathOf(url: string): string | undefined {
  const cut = url.indexOf("?");
  const parameters = new URLSearchParams(cut < 0 ? "" : url.slice(cut + 1));
  const schema = parameters.get("schema") ?? parameters.get("currentSchema") ?? parameters.get("search_path");
  return schema === null || schema === "public" || !/^[\w$",]+$/.test(schema)
    ? undefined
    : `-c search_path=${schema}`;
}

function parsedUrl(address: string): ReturnType<typeof parse> {
  try {
    return parse(address);
  } catch {
    throw wrongUrl(
      "it cannot be read as a URL: signs such as @, /, # and % in a password have to be written %40, %2F, %23, %25",
    );
  }
}

/** TLS is decided here alone; what the URL says of it is taken out before pg sees it. */
function withoutTls(databaseUrl: string): {
  address: string;
  sslmode: string;
  rootCertificate: string | undefined;
} {
  const cut = databaseUrl.indexOf("?");
  const parameters = new URLSearchParams(cut < 0 ? "" : databaseUrl.slice(cut + 1));
  const rootCertificate = parameters.get("sslrootcert") ?? undefined;
  const ssl = parameters.get("ssl");
  const sslmode =
    parameters.get("sslmode")?.toLowerCase() ?? (ssl === "true" || ssl === "1" ? "require" : "prefer");
  for (const name of [...parameters.keys()])
    if (/ssl/i.test(name) && name !== "options") parameters.delete(name);
  const rest = parameters.toString().replaceAll("+", "%20");
  const address = cut < 0 ? databaseUrl : databaseUrl.slice(0, cut);
  return { address: rest === "" ? address : `${address}?${rest}`, sslmode, rootCertificate };
}

function tlsOf(sslmode: string, rootCertificate: string | undefined): ClientConfig["ssl"] {
  const ca =
    rootCertificate === undefined || rootCertificate === "system"
      ? {}
      : { ca: readCertificate(rootCertificate) };
  const anyName = { checkServerIdentity: () => undefined };
  switch (sslmode) {
    case "disable":
      return false;
    case "allow":
    case "prefer":
    case "no-verify":
      return { rejectUnauthorized: false };
    case "require":
      if (rootCertificate === "system") return {};
      return "ca" in ca ? { ...ca, ...anyName } : { rejectUnauthorized: false };
    case "verify-ca":
      return { ...ca, ...anyName };
    case "verify-full":
      return ca;
    default:
      throw wrongUrl("sslmode is none of disable, allow, prefer, require, verify-ca, verify-full, no-verify");
  }
}

function readCertificate(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw wrongUrl("the file that sslrootcert names cannot be read here");
  }
}

function wrongUrl(because: string): RolloutError {
  return new RolloutError("DATABASE_URL_WRONG", `The database's URL cannot be used: ${because}.`);
}
