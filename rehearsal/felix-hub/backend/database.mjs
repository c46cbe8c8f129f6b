import pg from "pg";

const CONNECT_TIMEOUT_MS = 2_000;
const QUERY_TIMEOUT_MS = 10_000;
const HEALTH_TIMEOUT_MS = 2_000;

// Times without a zone are UTC; as text, so that nothing shifts them to this machine's zone.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMP, (text) => text.replace(" ", "T"));

/** A pool that outlives its database: broken connections are dropped, and the next query opens a new one. */
export function createPool(connectionString) {
  const pool = new pg.Pool({
    // Without one nothing answers, and the application starts all the same.
    connectionString: connectionString ?? "postgres://nobody@127.0.0.1:1/none",
    max: 5,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    application_name: "felix-hub-backend",
  });
  // An idle connection that breaks; unheard, the event would end the process.
  pool.on("error", () => undefined);
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

/** An error of the database as the customer's ORM words it. */
export function ormWords(error) {
  const NAMES = {
    42703: "UndefinedColumn",
    "42P01": "UndefinedTable",
    "42P07": "DuplicateTable",
    42501: "InsufficientPrivilege",
  };
  const name = NAMES[error.code] ?? (error.code?.length === 5 ? "DatabaseError" : "OperationalError");
  return `(psycopg2.${error.code?.length === 5 ? "errors." : ""}${name}) ${error.message || error.code}`;
}
