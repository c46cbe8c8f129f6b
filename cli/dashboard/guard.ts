import { timingSafeEqual } from "node:crypto";

/** What is looked at of a request before anything is answered. */
export interface Asked {
  method: string | undefined;
  /** Path with query. */
  url: string | undefined;
  host: string | undefined;
  origin: string | undefined;
  /** `Sec-Fetch-Site`, where the browser sends it. */
  site: string | undefined;
}

/** What may be read, and by whom: a status and nothing else for everybody who may not. */
export type Allowed = { ok: true; path: string } | { ok: false; status: 403 | 404 | 405 };

/**
 * The dashboard shows a production system, and any page in the same browser can send requests to this machine. So: only
 * reading, only for a browser that was given the address (by its token), only under the name of this machine (no other
 * name that was made to lead here), and not for pages of other origins.
 */
export function judgeRequest(
  { method, url, host, origin, site }: Asked,
  port: number,
  token: string,
): Allowed {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !hosts.includes(host)) return { ok: false, status: 403 };
  if (origin !== undefined && !hosts.some((each) => origin === `http://${each}`))
    return { ok: false, status: 403 };
  if (site !== undefined && !["same-origin", "none"].includes(site)) return { ok: false, status: 403 };
  if (method !== "GET" && method !== "HEAD") return { ok: false, status: 405 };
  const [, first = "", ...rest] = (url ?? "").split("?")[0]?.split("/") ?? [];
  if (!isSame(first, token)) return { ok: false, status: 404 };
  return { ok: true, path: rest.join("/") };
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
