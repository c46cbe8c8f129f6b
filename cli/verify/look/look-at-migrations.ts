import type { Row } from "../row";
import type { System } from "../system";

/** What state says of the migrations: the last update's word, not the database's. Empty where there is nothing to say. */
export function migrationsRow({ migrations }: System): Row[] {
  if (migrations === undefined) return [];
  const { target, inState } = migrations;
  const row = {
    kind: "migrations" as const,
    service: null,
    name: null,
    wanted: target.length === 0 ? "none declared" : "all declared ones applied",
    figure: null,
  };
  if (!inState.known) {
    const seen =
      inState.why === "not-read"
        ? "not known: state was not read"
        : "not known: no update has run, so state holds nothing yet";
    return [{ ...row, verdict: "no-data", seen }];
  }
  const { applied } = inState;
  const missing = target.filter((id) => !applied.includes(id));
  const kept = applied.filter((id) => !target.includes(id));
  const parts = [
    applied.length === 0 ? "none applied" : `applied: ${applied.join(", ")}`,
    ...(missing.length === 0 ? [] : [`missing: ${missing.join(", ")}`]),
    ...(kept.length === 0 ? [] : [`kept, though not declared: ${kept.join(", ")}`]),
  ];
  const seen = `${parts.join("; ")} (the last update's word; the database was not asked)`;
  return [{ ...row, verdict: missing.length === 0 ? "pass" : "fail", seen }];
}
