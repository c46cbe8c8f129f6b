import type { StoredResource } from "../../../cli/engine/port";
import { NO_DATABASE_URL, type OpenDatabase } from "../../../cli/shared/shown-migrations";
import { storedGate, storedMigrations } from "./fake-desk";

/** The migrations of the tests' catalogue. */
export const CAR = "001_add_car_number_column";
export const PARTS = "002_create_categories_parts_tables";

/** The gates of a rollout that has come as far as the notifications. */
export const passedGates: StoredResource[] = ["preparation", "migrations", "api", "ui", "notifications"].map(
  (phase) => storedGate(phase, "succeeded"),
);

/** Its state: both migrations applied, and those gates. Nobody changes it. */
export const applied: StoredResource[] = [storedMigrations([CAR, PARTS]), ...passedGates];

/** The database is reached from here, or only through the runner. */
export const reached: OpenDatabase = () =>
  Promise.resolve({ read: () => Promise.resolve({ asked: false, because: "not in this test" }) });
export const unreached: OpenDatabase = () => Promise.resolve({ because: NO_DATABASE_URL });
