import type { Api, CallOptions } from "./api";
import { PAGE_LIMIT } from "./paging";
import { logPageSchema, type LogLine } from "./types";

export interface LogQuery {
  ownerId: string;
  /** `srv-…`, or `job-…` for a job's own output; several must share region and workspace. */
  resource: string | readonly string[];
  /** Render takes the last hour where these are left out. */
  startTime?: Date | string;
  endTime?: Date | string;
  /** app, request or build. */
  type?: readonly string[];
  level?: readonly string[];
  /** Each may have wildcards or be a `/regex/`. */
  text?: readonly string[];
  /** `backward`, newest first, by default. */
  direction?: "backward" | "forward";
  /** Lines at most, over all pages; 100 by default. */
  limit?: number;
}

/** listLogs   GET /logs */
export interface LogsApi {
  /**
   * Lines in the order of `direction`, page after page until there are no more or `limit` is reached. Logs are evidence:
   * they lag behind, and may be missing.
   * @source API reference, "List logs".
   */
  listLogs(query: LogQuery, options?: CallOptions): Promise<LogLine[]>;
}

export function logsApi(api: Api): LogsApi {
  return {
    async listLogs({ limit = PAGE_LIMIT, resource, direction = "backward", ...rest }, options) {
      const call = api.running(options);
      const lines = new Map<string, LogLine>();
      let window = { startTime: rest.startTime, endTime: rest.endTime };
      for (;;) {
        const pageLimit = Math.min(PAGE_LIMIT, limit);
        const query = { ...rest, ...window, resource: [resource].flat(), direction, limit: pageLimit };
        const reply = await api.send({ method: "GET", route: "/logs", query, bucket: "reads" }, call);
        const page = reply.read(logPageSchema);
        const before = lines.size;
        for (const line of page.logs) lines.set(line.id ?? `${line.timestamp} ${line.message}`, line);
        const next = {
          startTime: page.nextStartTime ?? window.startTime,
          endTime: page.nextEndTime ?? window.endTime,
        };
        // Pages may overlap by a line; one that brings nothing new will not bring more the next time.
        if (!page.hasMore || lines.size >= limit || lines.size === before) break;
        window = next;
      }
      return [...lines.values()].slice(0, limit);
    },
  };
}
