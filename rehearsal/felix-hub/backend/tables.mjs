/**
 * The tables as the application's models declare them. What is missing is created whole, with the models' own indexes; a table
 * that is there is left as it is, whatever it lacks.
 */
const TABLES = [
  [
    "categories",
    `CREATE TABLE categories (
       id serial PRIMARY KEY, name_ru varchar(120) NOT NULL, name_he varchar(120), name_en varchar(120),
       icon varchar(10), sort_order integer, created_at timestamp)`,
  ],
  [
    "mechanics",
    `CREATE TABLE mechanics (
       id serial PRIMARY KEY, email varchar(120) NOT NULL UNIQUE, password_hash varchar(255) NOT NULL,
       name varchar(120) NOT NULL, phone varchar(50), telegram_id varchar(50), telegram_username varchar(120),
       specialty varchar(120), active boolean, created_at timestamp, updated_at timestamp)`,
  ],
  [
    "orders",
    `CREATE TABLE orders (
       id serial PRIMARY KEY, mechanic_name varchar(120) NOT NULL, telegram_id varchar(50) NOT NULL,
       category varchar(120) NOT NULL, car_number varchar(20), vin varchar(50), selected_parts json NOT NULL,
       is_original boolean, photo_url varchar(250), status varchar(50), printed boolean, language varchar(5),
       created_at timestamp, updated_at timestamp, assigned_mechanic_id integer REFERENCES mechanics (id),
       work_status varchar(50), comments_count integer, total_time_minutes integer)`,
    // Not the name that migration 001 gives its index.
    "CREATE INDEX ix_orders_car_number ON orders (car_number)",
  ],
  [
    "parts",
    // Migration 002 would add an index on category_id and ON DELETE CASCADE. The models know of neither.
    `CREATE TABLE parts (
       id serial PRIMARY KEY, category_id integer NOT NULL REFERENCES categories (id), name_ru varchar(200) NOT NULL,
       name_he varchar(200), name_en varchar(200), is_common boolean, sort_order integer, created_at timestamp)`,
  ],
  [
    "notification_logs",
    `CREATE TABLE notification_logs (
       id serial PRIMARY KEY, notification_type varchar(50) NOT NULL, order_id integer REFERENCES orders (id),
       mechanic_id integer REFERENCES mechanics (id), telegram_id varchar(50) NOT NULL, message_hash varchar(64) NOT NULL,
       sent_at timestamp, success boolean, error_message text)`,
    "CREATE INDEX idx_notification_hash ON notification_logs (message_hash)",
    "CREATE INDEX idx_notification_telegram ON notification_logs (telegram_id, notification_type)",
  ],
];

/** Makes the tables that importing the customer's application makes, at every start of the service and of a migration. Throws when the database does not answer. */
export async function createMissingTables(db) {
  const { rows } = await db.query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const present = new Set(rows.map(({ name }) => name));
  for (const [name, ...statements] of TABLES) {
    if (!present.has(name)) for (const statement of statements) await db.query(statement);
  }
}

/** What importing the application does: a database that does not answer is told in the log and nowhere else, and the application goes on starting. */
export async function importApplication(db, log) {
  try {
    await createMissingTables(db);
  } catch (error) {
    log.error("felix_hub.backend.app", `❌ Database initialization error: ${error.message || error.code}`);
  }
}
