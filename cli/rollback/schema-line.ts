import type { LoadedStack } from "../shared/load-stack";
import type { ShownMigrations } from "../shared/shown-migrations";
import type { Standing } from "../shared/standing";
import type { Verified } from "./verified";

/**
 * What became of the schema, by what the database shows. A consent that came to nothing is no success, a table that came back
 * without its rows was not kept, and where the database did not tell, nothing is called applied or kept.
 * @param consented ids that this rollback was to roll back.
 */
export function schemaLine(
  { groups }: LoadedStack["plan"],
  { applied: left, rolledBack }: Standing,
  { readings }: ShownMigrations,
  consented: readonly string[],
): Verified {
  const target = groups.flatMap((group) => group.target);
  const ids = Object.keys(readings);
  const of = (...states: string[]) => ids.filter((id) => states.includes(readings[id]?.state ?? "unknown"));
  const [applied, partly, unknown] = [of("applied"), of("partly"), of("unknown")];
  // Where it was not asked, the update's own word still counts against us, never for us.
  const there = [...applied, ...unknown.filter((id) => left.includes(id))];
  const missing = target.filter((id) => !there.includes(id));
  const unwanted = there.filter((id) => !target.includes(id));
  const anew = unwanted.filter((id) => rolledBack.includes(id));
  const kept = unwanted.filter((id) => !anew.includes(id));
  const notDone = [...kept, ...partly].filter((id) => consented.includes(id));
  const found = [
    unknown.length === ids.length && ids.length > 0
      ? ""
      : `the database shows ${applied.join(", ") || "none of them"}`,
    named("missing", missing),
    named("partly there", partly),
    named("kept although not wanted", kept),
    named("consented to, and not rolled back", notDone),
    named("rolled back, and made anew by something since, without its rows", anew),
    unknown.length === 0
      ? ""
      : `not known: ${unknown.join(", ")} (${whyUnknown(readings)}); the last update left ${
          left.toSorted().join(", ") || "none"
        } there`,
  ];
  const bad = missing.length + partly.length + notDone.length > 0;
  return {
    about: "schema",
    what: "schema",
    result: bad ? "no" : anew.length + unknown.length > 0 ? "open" : "yes",
    found: found.filter(Boolean).join("; "),
  };
}

function named(what: string, ids: readonly string[]): string {
  return ids.length === 0 ? "" : `${what}: ${ids.join(", ")}`;
}

function whyUnknown(readings: ShownMigrations["readings"]): string {
  const [first] = Object.values(readings).flatMap((reading) =>
    reading.state === "unknown" ? [reading.because] : [],
  );
  return first ?? "nobody was asked";
}
