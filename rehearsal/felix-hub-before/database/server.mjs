// The database's own process: a query that takes long blocks nobody's event loop but this one's.
// Started by database.ts over an IPC channel: answers {port} or {problem}, and ends when asked to or when its parent is gone.
import { existsSync } from "node:fs";
import { join } from "node:path";

import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

import { SEED_SQL } from "./seed.mjs";
import { createSharedSession } from "./shared-session.mjs";
import { keepSnapshot, readSnapshot } from "./snapshot.mjs";

const MAX_CONNECTIONS = 100;
const { dataDir, port = 0 } = JSON.parse(process.argv[2] ?? "{}");

let snapshotWritten = () => Promise.resolve();

process.on("disconnect", () => process.exit(0));

try {
  const db = await openDatabase();
  const server = new PGLiteSocketServer({
    db: createSharedSession(db),
    host: "127.0.0.1",
    port,
    maxConnections: MAX_CONNECTIONS,
  });
  await server.start();
  process.once("message", () => {
    void server
      .stop()
      .then(() => db.close())
      .then(() => snapshotWritten())
      .finally(() => process.exit(0));
  });
  process.send({ port: Number(server.getServerConn().split(":").at(-1)) });
} catch (error) {
  process.send({ problem: error instanceof Error ? error.message : String(error) }, () => process.exit(1));
}

async function openDatabase() {
  if (dataDir !== undefined && existsSync(join(dataDir, "PG_VERSION"))) return PGlite.create(dataDir);
  const snapshot = await readSnapshot();
  if (snapshot !== undefined) return PGlite.create({ dataDir, loadDataDir: snapshot });
  const db = await PGlite.create(dataDir);
  await db.exec(`BEGIN; ${SEED_SQL} COMMIT;`);
  snapshotWritten = await keepSnapshot(db);
  return db;
}
