const LOGGER = "felix_hub.backend.app";

/**
 * Bare arrays, the same with the flag on and off.
 * @param parts.needsCatalogue whether the tables are asked with the flag off, too: today's code does.
 */
export function catalogueRoutes(app, { pool, log, flags, needsCatalogue }) {
  const list = (path, table, what) =>
    app.get(path, async (request, reply) => {
      if (!needsCatalogue && !flags.ENABLE_PART_CATEGORIES) return [];
      try {
        const filter = table === "parts" && /^\d+$/.test(request.query.category_id ?? "");
        const { rows } = await pool.query(
          `SELECT * FROM ${table} ${filter ? "WHERE category_id = $1" : ""} ORDER BY sort_order, id`,
          filter ? [request.query.category_id] : [],
        );
        return rows;
      } catch (error) {
        log.error(LOGGER, `Error fetching ${table}: ${error.message}`);
        return reply.code(500).send({ error: `Ошибка получения ${what}` });
      }
    });
  list("/api/categories", "categories", "категорий");
  list("/api/parts", "parts", "деталей");
}
