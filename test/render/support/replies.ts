/** Replies in the shape of Render's, each to be tweaked by a test. */

export function aService(tweak: Record<string, unknown> = {}) {
  return {
    id: "srv-aaaaaaaaaaaaaaaaaaaa",
    name: "felix-hub-backend",
    ownerId: "tea-1",
    type: "web_service",
    suspended: "not_suspended",
    dashboardUrl: "https://dashboard.render.com/web/srv-aaaaaaaaaaaaaaaaaaaa",
    createdAt: "2026-01-01T00:00:00.123456Z",
    updatedAt: "2026-01-01T00:00:00.123456Z",
    serviceDetails: { url: "https://felix-hub-backend.onrender.com", region: "frankfurt", openPorts: null },
    ...tweak,
  };
}

export function aDeploy(tweak: Record<string, unknown> = {}) {
  return {
    id: "dep-1",
    commit: { id: "c0ffee", message: "m", createdAt: "2026-11-20T00:00:00Z" },
    status: "live",
    trigger: "api",
    createdAt: "2026-11-24T20:00:00.000001Z",
    updatedAt: "2026-11-24T20:05:00.000001Z",
    finishedAt: "2026-11-24T20:05:00.000001Z",
    ...tweak,
  };
}

export function aJob(tweak: Record<string, unknown> = {}) {
  return {
    id: "job-1",
    serviceId: "srv-1",
    startCommand: "python run.py status",
    planId: "plan-srv-006",
    status: "succeeded",
    createdAt: "2026-11-24T21:00:00Z",
    startedAt: "2026-11-24T21:00:05Z",
    finishedAt: "2026-11-24T21:00:09Z",
    ...tweak,
  };
}

/** A list the way Render pages it: `limit` rows from the cursor on, an empty page at the end, no more than `most` a page. */
export function paged(
  wrapper: string,
  rows: readonly unknown[],
  query: URLSearchParams,
  most = 100,
): unknown[] {
  const limit = Math.min(Number(query.get("limit") ?? 20), most);
  const cursor = query.get("cursor");
  const start = cursor === null ? 0 : Number(cursor.slice(1)) + 1;
  return rows
    .slice(start, start + limit)
    .map((row, index) => ({ cursor: `c${start + index}`, [wrapper]: row }));
}
