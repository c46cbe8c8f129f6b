import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

import { FORMAT } from "./dump.mjs";

/**
 * Reads a backup from beginning to end, as a restore would.
 * @returns {{rows: Record<string, number>, sha256: string}} what is in it.
 * @throws with the first thing that is wrong: not a backup, cut off, changed, rows missing.
 */
export async function verifyDump(path) {
  const hash = createHash("sha256");
  const rows = {};
  let header;
  let schema;
  let footer;
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  for await (const line of lines) {
    if (footer !== undefined) throw new Error("there is something after the end");
    const value = parse(line);
    if (value.end === true) {
      footer = value;
      continue;
    }
    hash.update(`${line}\n`);
    if (header === undefined) {
      header = value;
      if (header.format !== FORMAT) throw new Error("it is not a backup of this kind");
    } else if (Array.isArray(value)) {
      if (value.length !== schema?.columns.length)
        throw new Error(`a row of ${schema?.table ?? "no table"} is not whole`);
      rows[schema.table] += 1;
    } else {
      schema = value;
      rows[schema.table] = 0;
    }
  }
  if (footer === undefined) throw new Error("it ends too early");
  const sha256 = hash.digest("hex");
  if (sha256 !== footer.sha256) throw new Error("its checksum is wrong: something in it was changed");
  requireEqualCounts(rows, footer.rows);
  return { rows, sha256 };
}

/** @throws naming the first table whose rows are not as many as expected. */
export function requireEqualCounts(found, expected) {
  for (const table of new Set([...Object.keys(found), ...Object.keys(expected)])) {
    if (found[table] !== expected[table]) {
      throw new Error(
        `${table} has ${expected[table] ?? "no"} rows in the database and ${found[table] ?? "no"} rows in the backup`,
      );
    }
  }
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error("a line in it cannot be read");
  }
}
