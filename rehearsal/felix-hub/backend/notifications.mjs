import { sendTelegram } from "./telegram.mjs";

const LOGGER = "services.telegram";

/**
 * To every admin's chat, inside the request that made the order. What became of it stands in notification_logs and in the log;
 * the row says success for all of them as soon as one was reached. Never throws.
 */
export async function notifyAdmins(order, { pool, flags, telegram, log, clock }) {
  if (!flags.ENABLE_TG_ADMIN_NOTIFS) return;
  if (telegram.adminChatIds.length === 0) {
    log.warning(LOGGER, "No admin chat IDs configured in ADMIN_CHAT_IDS");
    return;
  }
  if (!telegram.botToken) return log.error(LOGGER, "TELEGRAM_BOT_TOKEN not configured");
  const text = `🆕 <b>Новый заказ #${order.id}</b>\n\n🚗 <b>Номер авто:</b> ${order.car_number ?? order.vin ?? "—"}\n👤 <b>Механик:</b> ${order.mechanic_name}\n📂 <b>Категория:</b> ${order.category}`;
  let reached = 0;
  for (const chatId of telegram.adminChatIds) {
    if (await sendTelegram(telegram, chatId, text, { log, clock })) reached += 1;
    else log.error(LOGGER, `Failed to notify admin chat ${chatId} about order ${order.id}`);
  }
  for (const chatId of telegram.adminChatIds) {
    await record(pool, log, {
      type: "admin_new_order",
      orderId: order.id,
      chatId,
      success: reached > 0,
      error: "Failed to send to all admins",
    });
  }
  if (reached === 0) log.error(LOGGER, `Failed to notify any admin about order ${order.id}`);
}

/** To the order's mechanic, inside the request that changed its status. Never throws. */
export async function notifyMechanic(order, oldStatus, mechanic, { pool, flags, telegram, log, clock }) {
  if (!flags.ENABLE_TG_MECH_NOTIFS) return;
  const row = { type: "mechanic_status_change", orderId: order.id, mechanicId: mechanic.id };
  if (!mechanic.telegram_id) {
    log.warning(
      LOGGER,
      `Mechanic ${mechanic.id} (${mechanic.name}) has no telegram_id, notification skipped for order ${order.id}`,
    );
    return record(pool, log, { ...row, chatId: "", success: false, error: "Mechanic has no telegram_id" });
  }
  if (!telegram.botToken) return log.error(LOGGER, "TELEGRAM_BOT_TOKEN not configured");
  const text = `<b>Статус заказа изменён</b>\n\n📋 <b>Заказ #${order.id}</b>\n<b>Было:</b> <i>${oldStatus}</i>\n<b>Стало:</b> <b>${order.status}</b>`;
  const success = await sendTelegram(telegram, mechanic.telegram_id, text, { log, clock });
  await record(pool, log, { ...row, chatId: mechanic.telegram_id, success, error: "Failed to send" });
  if (!success) log.error(LOGGER, `Failed to notify mechanic ${mechanic.id} about order ${order.id}`);
}

async function record(pool, log, { type, orderId, mechanicId = null, chatId, success, error }) {
  try {
    await pool.query(
      `INSERT INTO notification_logs (notification_type, order_id, mechanic_id, telegram_id, message_hash, sent_at, success, error_message)
       VALUES ($1, $2, $3, $4, $5, now() AT TIME ZONE 'UTC', $6, $7)`,
      [type, orderId, mechanicId, chatId, `${type}:${orderId}:${chatId}`, success, success ? null : error],
    );
  } catch (failure) {
    log.error(LOGGER, `Error logging admin notification: ${failure.message}`);
  }
}
