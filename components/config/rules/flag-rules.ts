import { buildToolOf } from "../build-time";
import { describe, listNames, nearest } from "../found";
import { phaseIndex, PHASES, type Phase } from "../phases";
import type { Finding } from "../problem";
import type { Draft } from "../schema-problems";
import type { WrittenConfig } from "../schema/config-schema";
import { entriesOf } from "./entries";
import type { Rule } from "./rule";

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

function serviceExists(key: string, { service }: WrittenFlag, { names }: Draft): Finding[] {
  if (names.services.length === 0 || names.services.includes(service)) return [];
  const allowed = listNames(names.services, "");
  const guess = nearest(service, names.services);
  return [
    {
      code: "unknown-service",
      path: ["flags", key, "service"],
      found: describe(service),
      allowed,
      nearest: guess,
    },
  ];
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

function requiredMigrationsComeBefore(key: string, flag: WrittenFlag, { names, values }: Draft): Finding[] {
  const migrations = new Map(entriesOf(values.migrations));
  return (flag.requires ?? []).flatMap((id, index): Finding[] => {
    const path = ["flags", key, "requires", index];
    if (!names.migrations.includes(id)) {
      const allowed = listNames(names.migrations, "nothing, as there are no migrations");
      return [
        {
          code: "unknown-migration",
          path,
          found: describe(id),
          allowed,
          nearest: nearest(id, names.migrations),
        },
      ];
    }
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

function heldFlagsExist({ names, values }: Draft): Finding[] {
  const held = Object.entries(values.hold ?? []);
  return held.flatMap(([index, key], place): Finding[] => {
    const path = ["hold", Number(index)];
    if (!names.flags.includes(key)) {
      const allowed = listNames(names.flags, "nothing, as there are no flags");
      return [
        { code: "unknown-flag", path, found: describe(key), allowed, nearest: nearest(key, names.flags) },
      ];
    }
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
