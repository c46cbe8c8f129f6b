import type { MigrationReading } from "../../../components/database";
import type { Row } from "../row";
import type { System } from "../system";

/**
 * What the database shows of the migrations. Where it was not asked, nothing passes: the last update's word is told as such.
 * Empty where there is nothing to say.
 */
export function migrationsRow({ migrations }: System): Row[] {
  if (migrations === undefined) return [];
  const { target, inState, shown } = migrations;
  const row = {
    kind: "migrations" as const,
    service: null,
    name: null,
    wanted: target.length === 0 ? "none declared" : "all declared ones applied",
    figure: null,
  };
  const entries = Object.entries(shown);
  const of = (...states: MigrationReading["state"][]) =>
    entries.filter(([, { state }]) => states.includes(state)).map(([id]) => id);
  const unknown = entries.filter(([, { state }]) => state === "unknown");
  const [why] = unknown.flatMap(([, reading]) => (reading.state === "unknown" ? [reading.because] : []));
  const applied = of("applied");
  const missing = of("pending", "partly").filter((id) => target.includes(id));
  const kept = applied.filter((id) => !target.includes(id));
  const partly = of("partly");
  if (unknown.length === entries.length)
    return [{ ...row, ...lastWord(target, inState, why ?? "nothing was asked") }];
  const parts = [
    applied.length === 0 ? "none applied" : `applied: ${applied.join(", ")}`,
    ...(missing.length === 0 ? [] : [`missing: ${missing.join(", ")}`]),
    ...(partly.length === 0 ? [] : [`partly there: ${partly.join(", ")}`]),
    ...(kept.length === 0 ? [] : [`there, though not declared: ${kept.join(", ")}`]),
    ...(unknown.length === 0 ? [] : [`not known: ${unknown.map(([id]) => id).join(", ")} (${why ?? ""})`]),
  ];
  const isOpen = unknown.some(([id]) => target.includes(id));
  const verdict = missing.length + partly.length > 0 ? "fail" : isOpen ? "could-not-measure" : "pass";
  return [{ ...row, verdict, seen: `${parts.join("; ")} (asked of the database)` }];
}

function lastWord(
  target: readonly string[],
  inState: NonNullable<System["migrations"]>["inState"],
  why: string,
): Pick<Row, "verdict" | "seen"> {
  const notAsked = `not asked, because ${why}`;
  if (!inState.known) {
    const state =
      inState.why === "not-read" ? "state was not read" : "no update has run, so state holds nothing yet";
    return { verdict: "no-data", seen: `${notAsked}; ${state}` };
  }
  const { applied } = inState;
  const missing = target.filter((id) => !applied.includes(id));
  const kept = applied.filter((id) => !target.includes(id));
  const parts = [
    `the last update left ${applied.length === 0 ? "none" : applied.join(", ")}`,
    ...(missing.length === 0 ? [] : [`missing: ${missing.join(", ")}`]),
    ...(kept.length === 0 ? [] : [`there, though not declared: ${kept.join(", ")}`]),
  ];
  return { verdict: missing.length === 0 ? "no-data" : "fail", seen: `${notAsked}; ${parts.join("; ")}` };
}
