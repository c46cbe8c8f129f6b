import { buildToolOf } from "../build-time";
import { describe } from "../found";
import { phaseIndex, PHASES, type Phase } from "../phases";
import type { Finding } from "../problem";
import type { WrittenConfig } from "../schema/config-schema";
import { unknownName } from "./unknown-name";
import { entriesOf, type Draft, type Rule } from "../draft";

type WrittenFlag = WrittenConfig["flags"][string];

export const flagRules: Rule[] = [
  eachFlag(serviceExists),
  eachFlag(reachesTheSite),
  eachFlag(isOffInPreparation),
  eachFlag(requiredMigrationsComeBefore),
  heldFlagsExist,
];

function eachFlag(check: (key: string, flag: WrittenFlag, draft: Draft) => Finding[]): Rule {
  return (draft) => entriesOf(draft.values.flags).flatMap(([key, flag]) => check(key, flag, draft));
}

function serviceExists(key: string, { service }: WrittenFlag, draft: Draft): Finding[] {
  return unknownName("services", ["flags", key, "service"], service, draft);
}

/** A static site has variables only while it is built, and its build tool hands on those with the tool's prefix. */
function reachesTheSite(key: string, { service, buildTime }: WrittenFlag, { values }: Draft): Finding[] {
  const kind = new Map(entriesOf(values.services)).get(service)?.kind;
  if (kind !== "static_site") return [];
  if (buildTime === false) {
    const allowed = `true, or nothing: ${service} is a static site, which has no run time`;
    return [{ code: "no-run-time", path: ["flags", key, "buildTime"], found: "false", allowed }];
  }
  if (buildTime === true || buildToolOf(key, kind) !== undefined) return [];
  const allowed =
    `keys with the prefix of ${service}'s build tool (VITE_, NEXT_PUBLIC_, REACT_APP_, PUBLIC_, …), as most tools hand nothing else to ` +
    `the browser; where this site's build reads the key all the same, say buildTime: true`;
  return [{ code: "flag-prefix", path: ["flags", key], at: "key", found: `the key "${key}"`, allowed }];
}

function isOffInPreparation(key: string, { phase }: WrittenFlag): Finding[] {
  return notInPreparation(["flags", key, "phase"], phase);
}

function requiredMigrationsComeBefore(key: string, flag: WrittenFlag, draft: Draft): Finding[] {
  const migrations = new Map(entriesOf(draft.values.migrations));
  return (flag.requires ?? []).flatMap((id, index): Finding[] => {
    const path = ["flags", key, "requires", index];
    const unknown = unknownName("migrations", path, id, draft);
    if (unknown.length > 0) return unknown;
    const phase = migrations.get(id)?.phase;
    if (phase === undefined || phaseIndex(phase) <= phaseIndex(flag.phase)) return [];
    const found = `${describe(id)}, which comes in phase ${phase}`;
    return [
      {
        code: "migration-after-flag",
        path,
        found,
        allowed: `a migration of phase ${flag.phase}, the flag's own, or before`,
      },
    ];
  });
}

function heldFlagsExist(draft: Draft): Finding[] {
  const held = Object.entries(draft.values.hold ?? []);
  return held.flatMap(([index, key], place): Finding[] => {
    const path = ["hold", Number(index)];
    const unknown = unknownName("flags", path, key, draft);
    if (unknown.length > 0) return unknown;
    const twice = held.slice(0, place).some(([, other]) => other === key);
    return twice
      ? [{ code: "held-twice", path, found: `${describe(key)} once more`, allowed: "each flag once" }]
      : [];
  });
}

/** The way back to preparation turns everything off; so nothing may belong to it. */
export function notInPreparation(path: Finding["path"], phase: Phase): Finding[] {
  if (phase !== "preparation") return [];
  const allowed = `a later phase (${PHASES.slice(1).join(", ")}); in preparation nothing is on yet`;
  return [{ code: "in-preparation", path, found: describe(phase), allowed }];
}
