// node migrate.mjs apply|rollback ID, or status: the statements are those of MIGRATIONS (JSON, by id), what is applied stands in
// a table of its own as well, so that a catalogue without facts can be rehearsed by the status command.
import pg from "pg";

const [command, id] = process.argv.slice(2);
const migrations = JSON.parse(process.env.REHEARSED_MIGRATIONS ?? "{}");
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
try {
  await client.query("CREATE TABLE IF NOT EXISTS rehearsed_migrations (id text PRIMARY KEY)");
  if (command === "status") {
    const { rows } = await client.query("SELECT id FROM rehearsed_migrations");
    const applied = Object.keys(migrations).filter((one) => rows.some((row) => row.id === one));
    console.log(
      JSON.stringify({ applied, pending: Object.keys(migrations).filter((one) => !applied.includes(one)) }),
    );
  } else {
    await client.query("BEGIN");
    for (const statement of migrations[id][command]) await client.query(statement);
    await client.query(
      command === "apply"
        ? "INSERT INTO rehearsed_migrations VALUES ($1) ON CONFLICT DO NOTHING"
        : "DELETE FROM rehearsed_migrations WHERE id = $1",
      [id],
    );
    await client.query("COMMIT");
    console.log(`${command} ${id}: done`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await client.end();
}
