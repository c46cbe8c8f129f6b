const REQUIRED = ["mechanic_name", "telegram_id", "category"];
const CAR_NUMBER = /^[A-Z0-9]{4,10}$/;

/** Why the customer's application answers 400 to this order, in its words; undefined: it takes it. */
export function refusedOrder(data, carNumberIsOn, allowAnyCarNumber) {
  if (typeof data !== "object" || data === null || Object.keys(data).length === 0) return "Невалидный JSON";
  const missing = REQUIRED.find((field) => !(field in data));
  if (missing !== undefined) return `Отсутствует обязательное поле: ${missing}`;
  if (data.parts === undefined && data.selected_parts === undefined)
    return "Необходимо указать parts или selected_parts";
  const parts = data.parts ?? data.selected_parts;
  if (!Array.isArray(parts) || parts.length === 0)
    return `${data.parts === undefined ? "selected_parts должен быть непустым массивом" : "parts должен быть непустым массивом"}`;
  if (data.parts === undefined && parts.some((part) => typeof part !== "string" || part.trim() === ""))
    return "selected_parts должен содержать строковые значения";
  if (data.vin !== undefined && typeof data.vin !== "string")
    return carNumberIsOn ? "vin должен быть строкой" : "VIN должен быть строкой";
  return carNumberIsOn ? refusedCarNumber(data, allowAnyCarNumber) : refusedVin(data.vin);
}

function refusedCarNumber(data, allowAny) {
  const given = String(data.carNumber ?? data.car_number ?? data.vin ?? "")
    .trim()
    .toUpperCase();
  if (given === "") return "carNumber обязателен при создании заказа";
  if (!allowAny && !CAR_NUMBER.test(given))
    return "carNumber должен содержать 4-10 символов и состоять из букв и цифр";
  return undefined;
}

function refusedVin(vin) {
  if (vin === undefined) return "Отсутствует обязательное поле: vin";
  return vin.trim().length < 4 ? "VIN должен содержать минимум 4 символа" : undefined;
}
