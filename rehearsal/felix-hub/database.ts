import { Client } from "pg";

import { startPostgres } from "../postgres/start-postgres";
import { SEED_SQL } from "./database/seed";

export interface Database {
  /** postgres://… on 127.0.0.1, of a database as the customer's was before the rollout. */
  readonly url: string;
  /** Another database on the same server, as the customer's was before the rollout. */
  createAnother(): Promise<string>;
  /** Ends the server; connections break. May be called twice. */
  stop(): Promise<void>;
}

const TEMPLATE = "felix_hub_before";

/** Starts a real Postgres with the sample customer's data; it ends with this process however that ends.
 *  @throws where there is no Postgres for this machine, with the reason. */
export async function startDatabase(options: { port?: number } = {}): Promise<Database> {
  const server = await startPostgres({ user: "felix_hub", ...options });
  const template = await server.createDatabase(TEMPLATE);
  await run(template, SEED_SQL);
  let made = 0;
  // Copied rather than filled each time: a database more takes a fraction of a second.
  const createAnother = async () => {
    made += 1;
    const name = made === 1 ? "felix_hub" : `felix_hub_${made}`;
    await run(server.url, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
    return server.createDatabase(name);
  };
  return { url: await createAnother(), createAnother, stop: () => server.stop() };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
