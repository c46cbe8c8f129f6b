export const id = "001_add_car_number_column";

export async function up(client) {
  await client.query("ALTER TABLE orders ADD COLUMN car_number varchar(16)");
  await client.query("CREATE INDEX orders_by_car_number ON orders (car_number) WHERE car_number IS NOT NULL");
}

export async function down(client) {
  await client.query("ALTER TABLE orders DROP COLUMN car_number");
}

/** What `down` would lose, counted. */
export async function losses(client) {
  const { rows } = await client.query("SELECT count(car_number)::int AS filled FROM orders");
  return { "orders.car_number": rows[0].filled };
}
