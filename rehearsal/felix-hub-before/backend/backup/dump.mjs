import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

export const FORMAT = "felix-hub-backup-1";
const ROWS_AT_ONCE = 1_000;

/**
 * Writes schema and rows of every table in `public` to a new file, as one moment saw them: a JSON value a line, a header first,
 * for each table its schema and then its rows (every value as text), at the end the counts and a checksum of all lines before.
 * @param target a file that must not exist; only its owner may read it.
 * @returns {{rows: Record<string, number>, sha256: string}} what the database said, for comparing with what the file says.
 */
export async function writeDump(client, target) {
  const file = await open(target, "wx", 0o600);
  const hash = createHash("sha256");
  const write = async (value) => {
    const line = `${JSON.stringify(value)}\n`;
    hash.update(line);
    await file.write(line);
  };
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const tables = await readTables(client);
    await write({
      format: FORMAT,
      takenAt: new Date().toISOString(),
      tables: tables.map(({ table }) => table),
    });
    const rows = {};
    for (const schema of tables) {
      await write(schema);
      await writeRows(client, schema, write);
      const counted = await client.query(`SELECT count(*)::int AS n FROM ${quote(schema.table)}`);
      rows[schema.table] = counted.rows[0].n;
    }
    await client.query("COMMIT");
    const sha256 = hash.digest("hex");
    await file.write(`${JSON.stringify({ end: true, rows, sha256 })}\n`);
    await file.sync();
    return { rows, sha256 };
  } finally {
    await file.close();
  }
}

async function writeRows(client, { table, columns, order }, write) {
  const selected = columns.map(({ name }) => `${quote(name)}::text`).join(", ");
  await client.query(
    `DECLARE backup_rows NO SCROLL CURSOR FOR SELECT ${selected} FROM ${quote(table)} ORDER BY ${order.map(quote).join(", ")}`,
  );
  for (;;) {
    const { rows } = await client.query({ text: `FETCH ${ROWS_AT_ONCE} FROM backup_rows`, rowMode: "array" });
    if (rows.length === 0) break;
    for (const row of rows) await write(row);
  }
  await client.query("CLOSE backup_rows");
}

async function readTables(client) {
  const { rows } = await client.query(`
    SELECT class.relname AS "table",
      (SELECT json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod), 'notNull', attnotnull,
          'default', pg_get_expr(adbin, adrelid)) ORDER BY attnum)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped) AS columns,
      (SELECT coalesce(json_agg(pg_get_constraintdef(pg_constraint.oid) ORDER BY contype DESC, conname), '[]')
        FROM pg_constraint WHERE conrelid = class.oid AND contype <> 'n') AS constraints,
      (SELECT coalesce(json_agg(pg_get_indexdef(indexrelid) ORDER BY indexrelid), '[]')
        FROM pg_index WHERE indrelid = class.oid) AS indexes,
      (SELECT coalesce(json_agg(attname ORDER BY array_position(indkey::smallint[], attnum)), '[]')
        FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = class.oid AND indisprimary) AS key
    FROM pg_class AS class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`);
  return rows.map(({ key, ...schema }) => ({
    ...schema,
    // By its key: rows have no order of their own, and backups are easier to compare with one.
    order: key.length > 0 ? key : schema.columns.map(({ name }) => name),
  }));
}

function quote(identifier) {
  return `"${identifier.replaceAll('"', '""')}"`;
}
