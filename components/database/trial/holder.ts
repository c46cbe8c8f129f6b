import { setTimeout as sleep } from "node:timers/promises";

import type { Client } from "pg";

import type { Connect } from "../reader/connection";
import { hiddenCountQuery, type Hide } from "./trial-block";

/** The operator's end of a trial: a connection that holds a lock for as long as the names may stay away. */
export interface Holder {
  client: Client;
  /** Key of the advisory lock. */
  lock: string;
  /** `170004` for 17.4. */
  serverVersion: number;
  countHidden(hides: readonly Hide[]): Promise<number>;
  /** Resolves when all names are away; never, where `ended` comes first. */
  untilHidden(hides: readonly Hide[], ended: Promise<unknown>): Promise<"hidden">;
  /** Ends the connection, and with it the lock. May be called twice. */
  release(): Promise<void>;
}

const LOOK_EVERY_MS = 20;

/**
 * The lock lies in an open transaction: so a pooler, too, keeps one session for it, and lets it go when this process dies.
 * The server is told to find out within seconds where this machine is gone without a goodbye.
 */
export async function openHolder(connect: Connect, lock: string): Promise<Holder> {
  const client = await connect();
  let released: Promise<void> | undefined;
  const release = () => (released ??= client.end().catch(() => undefined));
  try {
    const version = await client.query<{ server_version_num: string }>("SHOW server_version_num");
    const serverVersion = Number(version.rows[0]?.server_version_num);
    await client.query(
      [
        "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY",
        "SET LOCAL statement_timeout = 15000",
        "SET LOCAL idle_in_transaction_session_timeout = 0",
        "SET LOCAL tcp_keepalives_idle = 1",
        "SET LOCAL tcp_keepalives_interval = 1",
        "SET LOCAL tcp_keepalives_count = 3",
        ...(serverVersion >= 170_000 ? ["SET LOCAL transaction_timeout = 0"] : []),
        `SELECT pg_advisory_xact_lock(${lock})`,
      ].join("; "),
    );
    const countHidden = async (hides: readonly Hide[]) => {
      const { rows } = await client.query<{ hidden: number }>(hiddenCountQuery(hides));
      return rows[0]?.hidden ?? 0;
    };
    return {
      client,
      lock,
      serverVersion,
      countHidden,
      async untilHidden(hides, ended) {
        const over = new AbortController();
        void ended.finally(() => {
          over.abort();
        });
        while ((await countHidden(hides)) < hides.length) {
          if (over.signal.aborted) return new Promise(() => undefined);
          await sleep(LOOK_EVERY_MS);
        }
        return "hidden";
      },
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}
