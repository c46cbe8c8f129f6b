import { ormWords } from "../database.mjs";
import { notifyAdmins, notifyMechanic } from "../notifications.mjs";
import { refusedOrder } from "./new-order.mjs";

const LOGGER = "felix_hub.backend.app";
const COLUMNS =
  "id, mechanic_name, telegram_id, category, vin, selected_parts, is_original, photo_url, status, printed, language, " +
  "created_at, updated_at, assigned_mechanic_id, work_status, comments_count, total_time_minutes";

/** @param parts.needsCarNumber whether every query names the column of migration 001, whatever the flag says. */
export function orderRoutes(app, parts) {
  const { pool, flags, log } = parts;
  const hasCarNumber = parts.needsCarNumber || flags.ENABLE_CAR_NUMBER;
  const columns = hasCarNumber ? `${COLUMNS}, car_number` : COLUMNS;

  const told = (reply, doing, russian, error) => {
    log.error(LOGGER, `Error ${doing}: ${ormWords(error)}`);
    return reply.code(500).send({ error: `Ошибка ${russian}` });
  };

  app.get("/api/orders", async (request, reply) => {
    const { status, limit = "50", offset = "0" } = request.query;
    try {
      const { rows } = await pool.query(
        `SELECT ${columns} FROM orders WHERE ($1::text IS NULL OR status = $1) ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3`,
        [status ?? null, whole(limit, 50), whole(offset, 0)],
      );
      return rows.map(asJson);
    } catch (error) {
      return told(reply, "fetching orders", "получения заказов", error);
    }
  });

  app.get("/api/orders/:id", async (request, reply) => {
    try {
      const { rows } = await pool.query(`SELECT ${columns} FROM orders WHERE id = $1`, [
        whole(request.params.id, 0),
      ]);
      return rows[0] === undefined ? reply.code(404).send({ error: "Заказ не найден" }) : asJson(rows[0]);
    } catch (error) {
      return told(reply, "fetching order", "получения заказа", error);
    }
  });

  app.post("/api/orders", async (request, reply) => {
    const data = request.body;
    const refused = refusedOrder(data, flags.ENABLE_CAR_NUMBER, parts.allowAnyCarNumber);
    if (refused !== undefined) return reply.code(400).send({ error: refused });
    const carNumber = normalized(data.carNumber ?? data.car_number) ?? normalized(data.vin);
    const values = [data.mechanic_name, data.telegram_id, data.category, normalized(data.vin) ?? carNumber];
    values.push(
      JSON.stringify(data.parts ?? data.selected_parts.map((name) => ({ name: name.trim(), quantity: 1 }))),
    );
    try {
      const { rows } = await pool.query(
        `INSERT INTO orders (mechanic_name, telegram_id, category, vin, selected_parts, is_original, status, printed, language,
           created_at, updated_at, work_status, comments_count, total_time_minutes${hasCarNumber ? ", car_number" : ""})
         VALUES ($1, $2, $3, $4, $5, false, 'новый', false, 'ru', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', 'новый', 0, 0
           ${hasCarNumber ? ", $6" : ""}) RETURNING ${columns}`,
        hasCarNumber ? [...values, carNumber] : values,
      );
      await notifyAdmins(rows[0], parts);
      return await reply.code(201).send(asJson(rows[0]));
    } catch (error) {
      return told(reply, "creating order", "создания заказа", error);
    }
  });

  app.patch("/api/orders/:id", async (request, reply) => {
    const status = request.body?.status;
    if (typeof status !== "string") return reply.code(400).send({ error: "Невалидный JSON" });
    const id = whole(request.params.id, 0);
    try {
      const before = await pool.query(`SELECT status, assigned_mechanic_id FROM orders WHERE id = $1`, [id]);
      if (before.rows[0] === undefined) return await reply.code(404).send({ error: "Заказ не найден" });
      const { rows } = await pool.query(`UPDATE orders SET status = $2 WHERE id = $1 RETURNING ${columns}`, [
        id,
        status,
      ]);
      const { rows: assigned } = await pool.query("SELECT * FROM mechanics WHERE id = $1", [
        before.rows[0].assigned_mechanic_id,
      ]);
      if (assigned[0] !== undefined && before.rows[0].status !== status)
        await notifyMechanic(rows[0], before.rows[0].status, assigned[0], parts);
      return asJson(rows[0]);
    } catch (error) {
      return told(reply, `updating order ${id}`, "обновления заказа", error);
    }
  });

  // A row of notification_logs keeps its order from being deleted: so does any order that a smoke test made with the flag on.
  app.delete("/api/orders/:id", async (request, reply) => {
    const id = whole(request.params.id, 0);
    try {
      const { rowCount } = await pool.query("DELETE FROM orders WHERE id = $1", [id]);
      return await (rowCount === 0
        ? reply.code(404).send({ error: "Заказ не найден" })
        : reply.code(204).send());
    } catch (error) {
      return told(reply, `deleting order ${id}`, "удаления заказа", error);
    }
  });
}

function normalized(value) {
  return typeof value === "string" && value.trim() !== "" ? value.trim().toUpperCase() : undefined;
}

function whole(text, otherwise) {
  return /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}

function asJson({ selected_parts: parts, ...row }) {
  const carNumber = row.car_number ?? row.vin;
  const names = parts.map(({ name }) => name).filter(Boolean);
  return {
    ...row,
    vin: row.vin ?? carNumber,
    car_number: carNumber,
    carNumber,
    parts,
    selected_parts: names,
    part_name: names.join(", "),
    part_type: row.is_original ? "Оригинал" : "Аналог",
  };
}
