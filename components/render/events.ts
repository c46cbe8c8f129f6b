import type { Api, CallOptions } from "./api";
import { readPage } from "./paging";
import { eventSchema, type ServiceEvent } from "./types";

export interface EventFilter {
  /** deploy_started, deploy_ended, job_run_ended, server_failed … */
  types?: readonly string[];
  startTime?: Date | string;
  endTime?: Date | string;
  /** 1 to 100, 20 by default. */
  limit?: number;
}

/** listEvents   GET /services/{serviceId}/events */
export interface EventsApi {
  /** One page, newest first. The best place to learn why a deploy or a job failed. @source API reference, "List events". */
  listEvents(serviceId: string, filter?: EventFilter, options?: CallOptions): Promise<ServiceEvent[]>;
}

export function eventsApi(api: Api): EventsApi {
  return {
    async listEvents(serviceId, { types, startTime, endTime, limit = 20 } = {}, options) {
      const query = { type: types, startTime, endTime, limit };
      const route = "/services/{serviceId}/events";
      const rows = await readPage(
        api,
        { route, params: { serviceId }, query, wrapper: "event", schema: eventSchema },
        options,
      );
      return rows.map(({ item }) => item).sort((a, b) => Date.parse(b.timestamp) - Date.parse(a.timestamp));
    },
  };
}
