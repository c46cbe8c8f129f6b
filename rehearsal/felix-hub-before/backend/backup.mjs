// node backup.mjs OUT_FILE          backs the database at DATABASE_URL up, and reads the backup again
// node backup.mjs --verify FILE     only reads a backup again
// Exit codes: 0 verified, 1 no verified backup, 2 usage.
import { rename, rm, stat } from "node:fs/promises";

import pg from "pg";

import { writeDump } from "./backup/dump.mjs";
import { requireEqualCounts, verifyDump } from "./backup/verify.mjs";

const CONNECT_TIMEOUT_MS = 10_000;

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  const onlyVerify = args[0] === "--verify";
  const [path, ...more] = onlyVerify ? args.slice(1) : args;
  if (path === undefined || path.startsWith("-") || more.length > 0) {
    console.error("usage: backup.mjs OUT_FILE | backup.mjs --verify FILE");
    return 2;
  }
  if (!onlyVerify && !process.env.DATABASE_URL) {
    console.error("DATABASE_URL is not set");
    return 2;
  }
  try {
    const verified = onlyVerify ? await verifyDump(path) : await backUp(path);
    console.log(await summary(path, verified));
    return 0;
  } catch (error) {
    const reason = (error.message || error.code || String(error)).replaceAll(
      process.env.DATABASE_URL || "\0",
      "DATABASE_URL",
    );
    console.error(`${onlyVerify ? "backup refused" : "no verified backup"}: ${reason}`);
    return 1;
  }
}

/** The file has its name only once it is verified: what is there is good. */
async function backUp(path) {
  const unfinished = `${path}.${process.pid}.unfinished`;
  const client = new pg.Client({
    connectionString: process.env.DATABASE_URL,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: "felix-hub-backup",
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const dumped = await writeDump(client, unfinished);
    const read = await verifyDump(unfinished);
    requireEqualCounts(read.rows, dumped.rows);
    if (read.sha256 !== dumped.sha256) throw new Error("what was read is not what was written");
    await rename(unfinished, path);
    return read;
  } finally {
    await rm(unfinished, { force: true });
    await client.end().catch(() => undefined);
  }
}

async function summary(path, { rows, sha256 }) {
  const { size } = await stat(path);
  const tables = Object.keys(rows).length;
  const total = Object.values(rows).reduce((sum, n) => sum + n, 0);
  return `backup verified: ${tables} tables, ${total} rows, ${Math.ceil(size / 1024)} kB, sha256 ${sha256.slice(0, 16)}, ${path}`;
}
