import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { SEED_SQL } from "./seed.mjs";

const compress = promisify(gzip);

/**
 * A seeded database in one file, kept from the first start on this machine: Postgres then starts in half the time.
 * The file is named after what is in it, so another version of PGlite or another seed never meets an old one.
 */
export async function readSnapshot() {
  return readFile(snapshotFile()).then(
    (bytes) => new Blob([bytes]),
    () => undefined,
  );
}

/**
 * Takes the snapshot now, and writes it in the background: nobody waits for the compression.
 * Answers with a function that waits until it is written. Never fails: without the file the next start is only slower.
 */
export async function keepSnapshot(db) {
  const written = writeSnapshot(await db.dumpDataDir("none")).catch(() => undefined);
  return () => written;
}

async function writeSnapshot(taken) {
  const file = snapshotFile();
  const unfinished = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(unfinished, await compress(await taken.arrayBuffer(), { level: 1 }));
  await rename(unfinished, file);
}

function snapshotFile() {
  // PGlite's own package.json is not among its exports; its main file stands in <package>/dist/.
  const main = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const manifest = createRequire(import.meta.url)(join(dirname(main), "..", "package.json"));
  const contents = createHash("sha256").update(manifest.version).update(SEED_SQL).digest("hex").slice(0, 16);
  return join(dirname(main), "..", "..", "..", ".cache", "felix-hub", `postgres-${contents}.tar.gz`);
}
