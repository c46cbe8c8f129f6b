import type { CheckRecord, Figures, RolloutRecord } from "../../log/record";
import { afterOf, baselineOf, checksNamed, type Verification } from "./verifications";

/** Words of a row's verdict; `unknown` where one of the two figures is not there. */
export type RowVerdict = "within" | "above" | "look" | "unknown";

export interface ComparisonRow {
  what: string;
  baseline: string;
  after: string;
  change: string;
  verdict: RowVerdict;
  /** What the verdict compares with. */
  limit: string;
  source: string;
}

const NONE = "not measured";

/** The customer's table: what was before, what is now, and whether that is within the limits. */
export function compare(record: RolloutRecord, verifications: readonly Verification[]): ComparisonRow[] {
  const after = afterOf(verifications);
  const source = after === undefined ? "no gate has measured after the baseline" : `gate of ${after.label}`;
  return [
    errorRate(record, verifications, after, source),
    ...p95(record, after, source),
    latency(after, source),
    ...testMessages(verifications),
    notifications(record),
    ...pages(verifications),
  ];
}

/** Failures in per cent of the requests; null where a check does not tell. */
export function errorPercent(check: CheckRecord | undefined): number | null {
  const failures = check?.numbers["failures"];
  if (check === undefined || failures === undefined || check.samples === null || check.samples === 0)
    return null;
  return (100 * failures) / check.samples;
}

/** Of all endpoints of a baseline together, in per cent; null where it did not keep that. */
function baselineErrorPercent(baseline: Record<string, Figures>): number | null {
  const kept = Object.values(baseline).filter(({ errorRate: rate }) => rate !== null);
  const requests = kept.reduce((sum, { n }) => sum + n, 0);
  if (requests === 0) return null;
  return (100 * kept.reduce((sum, { n, errorRate: rate }) => sum + n * (rate ?? 0), 0)) / requests;
}

function errorRate(
  record: RolloutRecord,
  verifications: readonly Verification[],
  after: Verification | undefined,
  source: string,
): ComparisonRow {
  const find = (of: Verification | undefined) => of?.checks.find(({ check }) => check === "error-rate");
  const first = verifications.find(({ isBaseline }) => isBaseline);
  const before = errorPercent(find(first)) ?? baselineErrorPercent(baselineOf(record));
  const check = find(after);
  const now = errorPercent(check);
  const { advance } = record.catalogue.limits.errorRatePercent;
  return {
    what: "Error rate",
    baseline: before === null ? NONE : percent(before),
    after: now === null ? NONE : `${percent(now)} of ${check?.samples ?? 0} requests`,
    change: before === null || now === null ? "–" : `${signed(now - before)} points`,
    verdict: verdictOf(check?.verdict),
    limit: `below ${advance} %`,
    source,
  };
}

function p95(record: RolloutRecord, after: Verification | undefined, source: string): ComparisonRow[] {
  const baseline = baselineOf(record);
  const limitMs = record.catalogue.limits.p95Ms;
  return endpointsOf(baseline, after?.measured ?? {}).map((endpoint) => {
    const then = baseline[endpoint]?.p95 ?? null;
    const now = after?.measured[endpoint]?.p95 ?? null;
    return {
      what: `p95 of ${endpoint}`,
      baseline: then === null ? NONE : milliseconds(then),
      after: now === null ? NONE : milliseconds(now),
      change: changeInPercent(then, now),
      verdict: now === null ? "unknown" : now <= limitMs ? "within" : "above",
      limit: `at most ${milliseconds(limitMs)}`,
      source,
    };
  });
}

/** Of all endpoints together, by the statistics that the gate decides with. */
function latency(after: Verification | undefined, source: string): ComparisonRow {
  const check = after?.checks.find(({ check: name }) => name === "api-latency");
  return {
    what: "API latency, all endpoints",
    baseline: "–",
    after: "–",
    change: check?.observed ?? NONE,
    verdict: verdictOf(check?.verdict),
    limit: check?.threshold ?? "–",
    source,
  };
}

/** Messages that gates sent, or sent for, and that arrived. */
function testMessages(verifications: readonly Verification[]): ComparisonRow[] {
  const sent = checksNamed(verifications, "telegram");
  const rate = (some: typeof sent) => {
    const arrived = some.filter(({ check }) => check.verdict === "pass").length;
    return some.length === 0
      ? NONE
      : `${percent((100 * arrived) / some.length)} (${arrived} of ${some.length})`;
  };
  const before = sent.filter(({ verification }) => verification.isBaseline);
  const after = sent.filter(({ verification }) => !verification.isBaseline);
  const newest = after.at(-1)?.check;
  return [
    {
      what: "Messages to the operators' chat",
      baseline: rate(before),
      after: rate(after),
      change: "–",
      verdict: verdictOf(newest?.verdict),
      limit: newest?.threshold ?? "–",
      source: after.length === 0 ? "no gate sent a message after the baseline" : `${after.length} gates`,
    },
  ];
}

/** What the application itself has sent to users, as its database counts it; asked before a phase is left. */
function notifications(record: RolloutRecord): ComparisonRow {
  const asked = [...record.updates.map(({ left }) => left), record.now]
    .flatMap((snapshot) => Object.values(snapshot?.gates ?? {}))
    .flatMap(({ phase, closing, closedAt }) =>
      closing
        .filter(({ check }) => check === "notification-failures")
        .map((check) => ({ phase, check, at: closedAt ?? "" })),
    )
    .sort((a, b) => a.at.localeCompare(b.at));
  const newest = asked.at(-1);
  const { failed = 0, sent = 0 } = newest?.check.numbers ?? {};
  return {
    what: "Notification success",
    baseline: NONE,
    after: sent === 0 ? NONE : `${percent((100 * (sent - failed)) / sent)} (${sent - failed} of ${sent})`,
    change: "–",
    verdict: verdictOf(newest?.check.verdict),
    limit: newest?.check.threshold?.replace("≤", "failed: ≤") ?? "–",
    source:
      newest === undefined
        ? "no gate has asked the database, or there is no query for it"
        : `closing of ${newest.phase}`,
  };
}

/** Of pages in a browser: load time and largest paint, in the middle of several loads. */
function pages(verifications: readonly Verification[]): ComparisonRow[] {
  const found = checksNamed(verifications, "page-times");
  const names = [...new Set(found.map(({ check }) => check.check))];
  if (names.length === 0)
    return [
      {
        ...{ what: "Page load", baseline: NONE, after: NONE, change: "–", verdict: "unknown", limit: "–" },
        source: "no gate has opened a page in a browser",
      },
    ];
  return names.flatMap((name) => {
    const own = found.filter(({ check }) => check.check === name);
    return PAGE_TIMES.map(({ what, now, before }): ComparisonRow => {
      const last = own.at(-1);
      const then = last?.check.numbers[before] ?? own[0]?.check.numbers[now] ?? null;
      const after = own.length > 1 ? (last?.check.numbers[now] ?? null) : null;
      return {
        what: `${what} of ${name.slice("page-times ".length)}`,
        baseline: then === null ? NONE : milliseconds(then),
        after: after === null ? NONE : milliseconds(after),
        change: changeInPercent(then, after),
        verdict: after === null ? "unknown" : verdictOf(last?.check.verdict),
        limit: last?.check.threshold ?? "–",
        source: last === undefined ? "" : `gate of ${last.verification.label}`,
      };
    });
  });
}

const PAGE_TIMES = [
  { what: "Page load", now: "loadMs", before: "baselineLoadMs" },
  { what: "Largest paint", now: "lcpMs", before: "baselineLcpMs" },
] as const;

function changeInPercent(then: number | null, now: number | null): string {
  return then === null || now === null || then === 0 ? "–" : `${signed((100 * (now - then)) / then)} %`;
}

function verdictOf(verdict: string | undefined): RowVerdict {
  if (verdict === "pass") return "within";
  if (verdict === "fail") return "above";
  return verdict === "warn" ? "look" : "unknown";
}

function endpointsOf(...maps: Record<string, Figures>[]): string[] {
  return [...new Set(maps.flatMap((map) => Object.keys(map)))];
}

/** Three significant digits, never more than the samples tell. */
export function percent(value: number): string {
  return `${Number(value.toPrecision(3))} %`;
}

export function milliseconds(value: number): string {
  return value >= 10_000
    ? `${Number((value / 1000).toPrecision(3))} s`
    : `${Number(value.toPrecision(4)).toLocaleString("en-GB")} ms`;
}

function signed(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return `${rounded > 0 ? "+" : rounded < 0 ? "−" : "±"}${Math.abs(rounded)}`;
}
