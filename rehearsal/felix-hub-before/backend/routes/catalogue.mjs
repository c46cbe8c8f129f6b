const PARTS_AS_ORDERED = "SELECT DISTINCT part_name AS name FROM order_items ORDER BY part_name";
const PARTS_BY_CATEGORY = `SELECT parts.id, parts.name, categories.slug AS category
  FROM parts JOIN categories ON categories.id = parts.category_id ORDER BY categories.slug, parts.name`;
const CATEGORIES = `SELECT categories.id, slug, categories.name, count(parts.id)::int AS parts
  FROM categories LEFT JOIN parts ON parts.category_id = categories.id GROUP BY categories.id ORDER BY slug`;

export function catalogueRoutes(app, { pool, flags }) {
  app.get("/api/parts", async () => {
    const { rows } = await pool.query(flags.ENABLE_PART_CATEGORIES ? PARTS_BY_CATEGORY : PARTS_AS_ORDERED);
    return { parts: rows };
  });

  app.get("/api/categories", async (request, reply) => {
    if (!flags.ENABLE_PART_CATEGORIES) return reply.code(404).send({ error: "not found" });
    const { rows } = await pool.query(CATEGORIES);
    return { categories: rows };
  });
}
