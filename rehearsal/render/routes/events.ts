import { z } from "zod";

import { page, paging, repeated, time } from "../api/query";
import { ok, requireService, route } from "../api/route";
import { formatTime } from "../clock";

const HOUR_MICROS = 3_600_000_000;
// Whether several types are joined by commas or repeated is not documented: both are taken.
const query = z.strictObject({
  ...paging,
  type: repeated.optional(),
  startTime: time.optional(),
  endTime: time.optional(),
});

export const eventRoutes = [
  route("GET /v1/services/{serviceId}/events", { query }, (call) => {
    const service = requireService(call);
    const types = call.query.type?.flatMap((types) => types.split(","));
    const now = call.world.clock.stamp();
    const from = call.query.startTime ?? now - HOUR_MICROS;
    const to = call.query.endTime ?? now;
    const rows = service.events
      .newestFirst()
      .filter(({ at, type }) => at >= from && at < to && (types?.includes(type) ?? true));
    const wrapped = page(rows, call.query, "event", ({ id, at, type, details }) => ({
      id,
      timestamp: formatTime(at),
      serviceId: service.id,
      type,
      details,
    }));
    // The published type of a row has no cursor, though the request has one to give.
    return ok(wrapped.map(({ event }) => ({ event })));
  }),
];
