// What the database knows of its migrations: one row for each that is applied.

// Any number will do, as long as every runner takes the same one.
const LOCK = 4_815_162_342n;
const LOCK_TIMEOUT = "5s";

/** The applied migrations with their times; reads only, so it also works before the first `apply`. */
export async function readApplied(client) {
  const { rows: known } = await client.query(
    "SELECT to_regclass('schema_migrations') IS NOT NULL AS present",
  );
  if (!known[0].present) return new Map();
  const { rows } = await client.query("SELECT id, applied_at FROM schema_migrations ORDER BY id");
  return new Map(rows.map((row) => [row.id, row.applied_at]));
}

/**
 * Applies one migration in a transaction of its own; answers false when it is applied already.
 * The lock belongs to the transaction and is taken before looking: of two runners at once the second one waits, and then finds the work done.
 */
export function applyOne(client, migration) {
  return inLockedTransaction(client, async () => {
    await client.query(
      "CREATE TABLE IF NOT EXISTS schema_migrations (id text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())",
    );
    if ((await readApplied(client)).has(migration.id)) return false;
    await migration.up(client);
    await client.query("INSERT INTO schema_migrations (id) VALUES ($1)", [migration.id]);
    return true;
  });
}

/** Rolls one migration back in a transaction of its own; answers false when it is not applied. */
export function rollbackOne(client, migration) {
  return inLockedTransaction(client, async () => {
    if (!(await readApplied(client)).has(migration.id)) return false;
    await migration.down(client);
    await client.query("DELETE FROM schema_migrations WHERE id = $1", [migration.id]);
    return true;
  });
}

async function inLockedTransaction(client, work) {
  await client.query("BEGIN");
  try {
    // LOCAL: it must not outlive the transaction, nor reach another user of a shared session.
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
