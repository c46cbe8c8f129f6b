import pg from "pg";

const CONNECT_TIMEOUT_MS = 2_000;
const QUERY_TIMEOUT_MS = 10_000;
const HEALTH_TIMEOUT_MS = 2_000;

/** A pool that outlives its database: broken connections are dropped, and the next query opens a new one. */
export function createPool(connectionString, onLost) {
  const pool = new pg.Pool({
    connectionString,
    max: 5,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    application_name: "felix-hub-backend",
  });
  // An idle connection that breaks; unheard, the event would end the process.
  pool.on("error", onLost);
  return pool;
}

/** Whether the database answers within two seconds, a connection included. Never throws. */
export async function databaseAnswers(pool) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(false), HEALTH_TIMEOUT_MS);
  });
  const answered = pool.query("SELECT 1").then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}
