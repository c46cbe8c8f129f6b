import { DateTime } from "luxon";

import { kindOfCheck } from "../../components/probes/check-id";
import type { LoadedStack } from "../shared/load-stack";
import type { ShownMigrations } from "../shared/shown-migrations";
import type { Standing } from "../shared/standing";
import { schemaLine } from "./schema-line";
import type { Verified } from "./verified";

export interface RollbackFacts {
  /** Whether the gate has looked at what is live now: what it found another time proves nothing. */
  looked: boolean;
  /** What the database shows of the migrations, asked after the update. */
  shown: ShownMigrations;
  /** Ids that this rollback was to roll back. */
  consented?: readonly string[];
}

/**
 * Compares what the update stored, what its gate saw live and what the database shows with what is declared.
 */
export function verifyRollback(
  { plan, config }: LoadedStack,
  standing: Standing,
  { looked, shown, consented = [] }: RollbackFacts,
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
      about: "values",
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
      return { about: "live", what: `${renderName} live`, result: "no", found };
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
      about: "live",
      what: `${renderName} live`,
      result: deploy === undefined ? "open" : deploy.succeeded ? "yes" : "no",
      found: `${when}${health}`,
    };
  });
  const checks = (gate?.checks ?? []).map(({ check, verdict, summary }): Verified => {
    return {
      about: kindOfCheck(check),
      what: check,
      result: verdict === "pass" ? "yes" : verdict === "fail" ? "no" : "open",
      found: summary,
    };
  });
  const passed: Verified = {
    about: "gate",
    what: `gate ${plan.phase}`,
    result: gate?.state === "open" && gate.passed ? "yes" : "no",
    found: gate === undefined ? "it has not looked" : gate.passed ? `passed` : "did not pass",
  };
  return [...flags, ...live, ...checks, passed, schemaLine(plan, standing, shown, consented)];
}
