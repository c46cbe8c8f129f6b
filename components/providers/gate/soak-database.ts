import type { Thresholds } from "../../config/types";
import { readDatabaseFigures, runQuery } from "../../database/read-figures";
import type { DatabaseReader, Row } from "../../database/types";
import type { CheckResult } from "../../probes/verdict";
import { cutText } from "../../plain-text";
import { checkId } from "../../probes/check-id";

/** Queries whose mean time is above this are named, in milliseconds. */
const SLOW_MS = 1_000;

/**
 * What the database says of a soak: its connections, its slow queries, and notifications that failed. None of it stops a rollout
 * because the database cannot be asked from here.
 * @param reader undefined where nothing on this machine reaches the database.
 */
export async function judgeDatabase(
  reader: DatabaseReader | undefined,
  { investigate }: Thresholds,
  { notifications, from, at }: { notifications: { query: string } | undefined; from: Date; at: string },
): Promise<CheckResult[]> {
  if (reader === undefined) {
    // Without a query nobody has asked for more than the migrations' own words.
    if (notifications === undefined) return [];
    const summary =
      "failed notifications could not be counted: DATABASE_URL is not set, so the database cannot be asked from here";
    return [{ ...notified(investigate, at), verdict: "warn", summary }];
  }
  const figures = await readDatabaseFigures(reader);
  const failed =
    notifications === undefined
      ? []
      : [await judgeNotifications(reader, investigate, notifications.query, from, at)];
  return [connections(figures.connections, investigate, at), slowQueries(figures.slowQueries, at), ...failed];
}

type Figures = Awaited<ReturnType<typeof readDatabaseFigures>>;

function connections(
  known: Figures["connections"],
  { connectionsPercent }: Thresholds["investigate"],
  at: string,
): CheckResult {
  const base = {
    check: checkId("database-connections"),
    threshold: `look above ${connectionsPercent} %`,
    probe: "pg_stat_activity and max_connections",
    at,
  };
  if (!known.known)
    return {
      ...base,
      verdict: "warn",
      summary: `the database's connections are not known: ${known.because}`,
    };
  const { used, max } = known.value;
  const percent = max > 0 ? Math.round((100 * used) / max) : 0;
  return {
    ...base,
    verdict: percent > connectionsPercent ? "warn" : "pass",
    summary: `${used} of ${max} connections of the database are in use`,
    observed: `${percent} %`,
  };
}

function slowQueries(known: Figures["slowQueries"], at: string): CheckResult {
  const base = {
    check: checkId("database-slow-queries"),
    threshold: `look above a mean of ${SLOW_MS} ms`,
    probe: "pg_stat_statements",
    at,
  };
  // Most databases have it off, which is how they are set up and says nothing about the rollout.
  if (!known.known)
    return { ...base, verdict: "pass", summary: `slow queries are not known: ${known.because}` };
  const slow = known.value.filter(({ meanMs }) => meanMs > SLOW_MS);
  if (slow.length === 0) return { ...base, verdict: "pass", summary: "no query is slow on average" };
  const named = slow.map(
    ({ query, meanMs, calls }) => `${Math.round(meanMs)} ms, ${calls} calls: ${cutText(query, 80)}`,
  );
  return { ...base, verdict: "warn", summary: `slow on average: ${named.join("; ")}`, samples: slow.length };
}

async function judgeNotifications(
  reader: DatabaseReader,
  investigate: Thresholds["investigate"],
  query: string,
  from: Date,
  at: string,
): Promise<CheckResult> {
  const base = notified(investigate, at);
  const reply = await runQuery(reader, query.replaceAll("{since}", from.toISOString()));
  if (!reply.known)
    return { ...base, verdict: "warn", summary: `failed notifications are not known: ${reply.because}` };
  const counts = countsIn(reply.value);
  if (counts === undefined)
    return {
      ...base,
      verdict: "warn",
      summary: "failed notifications are not known: the query does not answer one row with failed and sent",
    };
  const { failed, sent } = counts;
  if (sent === 0)
    return {
      ...base,
      verdict: "warn",
      summary: "no notification was sent in the window, so nothing is known of them",
    };
  const percent = Math.round((1000 * failed) / sent) / 10;
  return {
    ...base,
    verdict: percent > investigate.notificationFailurePercent ? "fail" : failed > 0 ? "warn" : "pass",
    summary: `${failed} of ${sent} notifications failed (${percent} %)`,
    samples: sent,
    observed: `${percent} %`,
    evidence: { failed, sent },
  };
}

function notified({ notificationFailurePercent }: Thresholds["investigate"], at: string) {
  return {
    check: checkId("notification-failures"),
    threshold: `≤ ${notificationFailurePercent} %`,
    probe: "the catalogue's query (notifications)",
    at,
  };
}

function countsIn([row, ...more]: readonly Row[]): { failed: number; sent: number } | undefined {
  if (row === undefined || more.length > 0) return undefined;
  const [failed, sent] = [Number(row["failed"] ?? Number.NaN), Number(row["sent"] ?? Number.NaN)];
  return Number.isFinite(failed) && Number.isFinite(sent) ? { failed, sent } : undefined;
}
