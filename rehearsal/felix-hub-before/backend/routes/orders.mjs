const LIMIT = {
  type: "object",
  properties: { limit: { type: "integer", minimum: 1, maximum: 200, default: 20 } },
};

export function orderRoutes(app, { pool, flags }) {
  // With the flag on the query names the column: without its migration this fails, as the customer's would.
  const carNumber = flags.ENABLE_CAR_NUMBER ? "car_number, " : "";

  app.get("/api/orders", { schema: { querystring: LIMIT } }, async (request) => {
    const { rows } = await pool.query(
      `SELECT orders.id, customer_name, car_model, ${carNumber}status, users.name AS mechanic, total_cents, orders.created_at
       FROM orders LEFT JOIN users ON users.id = orders.mechanic_id
       ORDER BY orders.created_at DESC, orders.id DESC LIMIT $1`,
      [request.query.limit],
    );
    return { orders: rows };
  });
}
