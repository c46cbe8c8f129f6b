import { DateTime } from "luxon";

import type { LoadedStack } from "../shared/load-stack";
import type { Standing } from "../shared/standing";

/** One line of what the software could check after a rollback. */
export interface Verified {
  what: string;
  /** `open`: it cannot be told. */
  result: "yes" | "no" | "open";
  found: string;
}

/**
 * Compares what the update stored, and what its gate saw live, with what is declared.
 * @param consented ids that this rollback was to roll back.
 * @param looked whether the gate has looked at what is live now: what it found another time proves nothing.
 */
export function verifyRollback(
  { plan, config }: LoadedStack,
  standing: Standing,
  looked: boolean,
  consented: readonly string[] = [],
): Verified[] {
  const gate = looked ? standing.gates.get(plan.phase) : undefined;
  const flags = plan.deploys.map(({ renderName, expects }): Verified => {
    const wrong = Object.entries(expects).filter(([key, value]) => {
      const stored = standing.flags.get(key);
      return stored?.value !== value || !stored.succeeded;
    });
    const off = Object.values(expects).filter((value) => value === "false").length;
    const found =
      wrong.length > 0
        ? `not as declared: ${wrong.map(([key]) => key).join(", ")}`
        : `${off} of ${Object.keys(expects).length} off`;
    return {
      what: `flags of ${renderName} set as declared`,
      result: wrong.length === 0 ? "yes" : "no",
      found,
    };
  });
  const live = plan.deploys.map(({ renderName, expects }): Verified => {
    const deploy = standing.deploys.get(renderName);
    const older = Object.entries(expects).filter(([key, value]) => deploy?.expects[key] !== value);
    if (deploy !== undefined && older.length > 0) {
      const found = `last deployed with other values of ${older.map(([key]) => key).join(", ")}`;
      return { what: `${renderName} live`, result: "no", found };
    }
    const since = DateTime.fromISO(deploy?.liveAt ?? "", { zone: config.timeZone });
    const down = deploy?.zeroDowntime;
    const when = since.isValid
      ? `${deploy?.deployId ?? ""} live since ${since.toFormat("HH:mm:ss")}`
      : (deploy?.deployId ?? "no deploy known");
    const health =
      down === undefined || down.probes === 0
        ? ""
        : `; ${down.failed} of ${down.probes} health probes failed meanwhile`;
    return {
      what: `${renderName} live`,
      result: deploy === undefined ? "open" : deploy.succeeded ? "yes" : "no",
      found: `${when}${health}`,
    };
  });
  const checks = (gate?.checks ?? []).map(({ check, verdict, summary }): Verified => {
    return {
      what: check,
      result: verdict === "pass" ? "yes" : verdict === "fail" ? "no" : "open",
      found: summary,
    };
  });
  const passed: Verified = {
    what: `gate ${plan.phase}`,
    result: gate?.state === "open" && gate.passed ? "yes" : "no",
    found: gate === undefined ? "it has not looked" : gate.passed ? `passed` : "did not pass",
  };
  return [...flags, ...live, ...checks, passed, migrationsLine(plan, standing, consented)];
}

/** A consent that came to nothing is no success, and a table that came back without its rows was not kept. */
function migrationsLine(
  { groups }: LoadedStack["plan"],
  { applied, rolledBack }: Standing,
  consented: readonly string[],
): Verified {
  const target = groups.flatMap((group) => group.target);
  const missing = target.filter((id) => !applied.includes(id));
  const unwanted = applied.filter((id) => !target.includes(id)).toSorted();
  const anew = unwanted.filter((id) => rolledBack.includes(id));
  const kept = unwanted.filter((id) => !anew.includes(id));
  const notDone = kept.filter((id) => consented.includes(id));
  const found = [
    `applied: ${applied.toSorted().join(", ") || "none"}`,
    missing.length > 0 ? `missing: ${missing.join(", ")}` : "",
    kept.length > 0 ? `kept although not wanted, so nothing of it was lost: ${kept.join(", ")}` : "",
    notDone.length > 0 ? `consented to, and not rolled back: ${notDone.join(", ")}` : "",
    anew.length > 0
      ? `rolled back, and made anew by something since, without its rows: ${anew.join(", ")}`
      : "",
  ];
  return {
    what: "schema",
    result: missing.length + notDone.length > 0 ? "no" : anew.length > 0 ? "open" : "yes",
    found: found.filter(Boolean).join("; "),
  };
}
