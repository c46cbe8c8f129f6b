// node migrations/run_migrations.mjs [apply|rollback|status]: the customer's runner, word for word. `status` knows files and
// nothing else; the other two take all migrations there are, one failure does not stop the next, and the words "Successfully"
// and "Failed to" are followed by whatever happens to be the action's name.
import { readdirSync } from "node:fs";

import { inWords } from "./application.mjs";

const LINE = "=".repeat(50);
const USAGE = `Usage: python run_migrations.py [apply|rollback|status]
  apply    - Apply all pending migrations (default)
  rollback - Rollback all migrations
  status   - Show migration status`;

process.exitCode = await main(process.argv[2]?.toLowerCase() ?? "apply");

async function main(command) {
  if (command === "status") return showStatus();
  if (command === "apply") return runAll("Applying", "apply", migrationFiles());
  if (command === "rollback") return runAll("Rolling back", "rollback", migrationFiles().toReversed());
  console.log(USAGE);
  return 1;
}

function migrationFiles() {
  return readdirSync(import.meta.dirname)
    .filter((name) => /^\d.*\.mjs$/.test(name))
    .sort();
}

function showStatus() {
  const files = migrationFiles();
  console.log(`\nAvailable migrations:\n${LINE}`);
  for (const file of files) console.log(`  - ${file}`);
  console.log(`\nTotal: ${files.length} migration(s)`);
  return 0;
}

async function runAll(action, method, files) {
  const doing = action.toLowerCase();
  console.log(`\n${action} migrations...\n${LINE}`);
  let succeeded = 0;
  let failed = 0;
  for (const file of files) {
    console.log(`\n${action} ${file}...`);
    try {
      const migration = await import(`./${file}`);
      if (await migration[method]()) succeeded += 1;
      else {
        failed += 1;
        console.log(`❌ Failed to ${doing} ${file}`);
      }
    } catch (error) {
      failed += 1;
      console.log(`❌ Error ${doing} ${file}: ${inWords(error)}`);
      console.error(`Traceback (most recent call last):\nsqlalchemy.exc.SQLAlchemyError: ${inWords(error)}`);
    }
  }
  console.log(`\n${LINE}\n✅ Successfully ${doing} ${succeeded} migration(s)`);
  if (failed > 0) console.log(`❌ Failed to ${doing} ${failed} migration(s)`);
  return failed > 0 ? 1 : 0;
}
