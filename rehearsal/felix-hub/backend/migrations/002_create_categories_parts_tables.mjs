// node migrations/002_create_categories_parts_tables.mjs [rollback]
import { runAsScript, withApplication } from "./application.mjs";

const CATEGORIES = `CREATE TABLE categories (
  id SERIAL PRIMARY KEY, name_ru VARCHAR(120) NOT NULL, name_he VARCHAR(120), name_en VARCHAR(120),
  icon VARCHAR(10) DEFAULT '🔧', sort_order INTEGER DEFAULT 0, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)`;
const PARTS = `CREATE TABLE parts (
  id SERIAL PRIMARY KEY, category_id INTEGER NOT NULL, name_ru VARCHAR(200) NOT NULL, name_he VARCHAR(200),
  name_en VARCHAR(200), is_common BOOLEAN DEFAULT TRUE, sort_order INTEGER DEFAULT 0,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  FOREIGN KEY (category_id) REFERENCES categories(id) ON DELETE CASCADE)`;

/** By the time it looks, importing the application has made both tables; so this creates neither, nor the index. */
export function apply() {
  return withApplication(async (db) => {
    const existing = await db.tables();
    console.log("Creating categories and parts tables...");
    if (!existing.includes("categories")) {
      console.log("Creating categories table...");
      await db.query(CATEGORIES);
      console.log("   - Created categories table");
    } else console.log("⚠️  categories table already exists. Skipping.");
    if (!existing.includes("parts")) {
      console.log("Creating parts table...");
      await db.query(PARTS);
      await db.query("CREATE INDEX idx_parts_category_id ON parts(category_id)");
      console.log("   - Created parts table");
      console.log("   - Created index idx_parts_category_id");
    } else console.log("⚠️  parts table already exists. Skipping.");
    console.log("✅ Migration 002 applied successfully!");
    return true;
  });
}

export function rollback() {
  return withApplication(async (db) => {
    const existing = await db.tables();
    console.log("Rolling back migration 002...");
    for (const table of ["parts", "categories"]) {
      if (!existing.includes(table)) {
        console.log(`⚠️  ${table} table does not exist. Skipping.`);
        continue;
      }
      console.log(`Dropping ${table} table...`);
      await db.query(`DROP TABLE IF EXISTS ${table} CASCADE`);
      console.log(`   - Dropped ${table} table`);
    }
    console.log("✅ Migration 002 rolled back successfully!");
    return true;
  });
}

await runAsScript(import.meta.url, { apply, rollback });
