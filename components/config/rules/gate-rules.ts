import { DateTime } from "luxon";
import { describe, listNames, nearest } from "../found";
import { namesIn } from "../placeholders";
import { smokeSecret } from "../schema/words";
import type { Finding, Path } from "../problem";
import { parseReasoned, REASONED_IN_WORDS } from "../signatures";
import { addressProblems } from "./service-rules";
import { unknownName } from "./unknown-name";
import { entriesOf, type Draft, type Rule } from "../draft";
import { isZoneName, zoneProblem } from "./stack-rules";

/** A gate's evidence has to stay small: about 1 kB for each endpoint. */
const MOST_ENDPOINTS = 10;

export const gateRules: Rule[] = [
  smokeTestsFit,
  smokeNamesAreKnown,
  smokeTimesOnlyRead,
  endpointsAreFew,
  acknowledgedItemsExist,
  scheduleHasRealDates,
  scheduleZoneExists,
  overrideHasARealDate,
  ({ values: { telegram } }) =>
    telegram?.apiUrl === undefined ? [] : addressProblems(["telegram", "apiUrl"], telegram.apiUrl),
];

function smokeTestsFit(draft: Draft): Finding[] {
  return entriesOf(draft.values.smoke).flatMap(([id, { service, needs = [] }]) => [
    ...unknownName("services", ["smoke", id, "service"], service, draft),
    ...needs.flatMap((flag, index) => unknownName("flags", ["smoke", id, "needs", index], flag, draft)),
  ]);
}

/** Every {name} is a secret, or what a step before has taken; what cleans up may use all that any step takes. */
function smokeNamesAreKnown({ values }: Draft): Finding[] {
  return entriesOf(values.smoke).flatMap(([id, test]) => {
    const known: string[] = [...smokeSecret.options];
    const steps = [
      ...(test.before ?? []).map((step, index) => ({ step, path: ["smoke", id, "before", index] as Path })),
      { step: test, path: ["smoke", id] as Path },
      ...(test.cleanUp ?? []).map((step, index) => ({ step, path: ["smoke", id, "cleanUp", index] as Path })),
    ];
    return steps.flatMap(({ step, path }): Finding[] => {
      const open = (["path", "headers", "body"] as const).flatMap((part) =>
        namesIn(step[part])
          .filter((name) => !known.includes(name))
          .map((name) => ({ part, name })),
      );
      known.push(...Object.keys(step.take ?? {}));
      return open.map(({ part, name }) => {
        const allowed = `a name that a step before takes, or a secret (${listNames(known, "")})`;
        return {
          ...{ code: "unknown-taken", path: [...path, part], found: `{${name}}` },
          ...{ allowed, nearest: nearest(name, known) },
        };
      });
    });
  });
}

/** What makes an order is made once: asked again and again it would make as many. */
function smokeTimesOnlyRead({ values }: Draft): Finding[] {
  return entriesOf(values.smoke).flatMap(([id, { method = "GET", times }]): Finding[] => {
    if (times === undefined || method === "GET" || method === "HEAD") return [];
    const path = ["smoke", id, "times"];
    const allowed =
      "times only where the method is GET or HEAD; withinSeconds limits one request of any kind";
    return [{ code: "smoke-times-write", path, found: `times of a ${method}`, allowed }];
  });
}

function endpointsAreFew({ values }: Draft): Finding[] {
  const all = entriesOf(values.services).flatMap(([name, { endpoints = [] }]) =>
    endpoints.map((_, index) => ["services", name, "endpoints", index]),
  );
  const path = all[MOST_ENDPOINTS];
  if (path === undefined) return [];
  const allowed = `${MOST_ENDPOINTS} at most: choose those that users wait for`;
  return [{ code: "too-many-endpoints", path, found: `${all.length} endpoints in all services`, allowed }];
}

/** A signature for an item that nobody asks for would be taken for one that counts. */
function acknowledgedItemsExist({ values }: Draft): Finding[] {
  const items = entriesOf(values.prerequisites);
  if (items.length === 0) return [];
  const signed = items.filter(([, { postgresRecovery }]) => postgresRecovery === undefined).map(([id]) => id);
  return entriesOf(values.acknowledged).flatMap(([id]): Finding[] => {
    if (signed.includes(id)) return [];
    const allowed = listNames(signed, "nothing, as no item is signed off");
    const path = ["acknowledged", id];
    return [
      { code: "unknown-item", path, at: "key", found: describe(id), allowed, nearest: nearest(id, signed) },
    ];
  });
}

function scheduleHasRealDates({ values: { schedule } }: Draft): Finding[] {
  const dates: [Path, string][] = [
    ...(schedule?.holidays ?? []).map((date, index): [Path, string] => [
      ["schedule", "holidays", index],
      date,
    ]),
    ...(schedule?.blackouts ?? []).flatMap(({ from, to }, index): [Path, string][] => [
      [["schedule", "blackouts", index, "from"], from],
      ...(to === undefined ? [] : [[["schedule", "blackouts", index, "to"], to] as [Path, string]]),
    ]),
  ];
  const unreal = dates.filter(([, date]) => !isRealDate(date));
  const backwards = (schedule?.blackouts ?? []).flatMap(({ from, to }, index): Finding[] => {
    if (to === undefined || to >= from) return [];
    const path = ["schedule", "blackouts", index, "to"];
    return [
      { code: "blackout-order", path, found: describe(to), allowed: `${from}, its beginning, or later` },
    ];
  });
  return [...unreal.map(([path, date]) => noSuchDate(path, date)), ...backwards];
}

function scheduleZoneExists({ values: { schedule } }: Draft): Finding[] {
  const zone = schedule?.timeZone;
  return zone === undefined || isZoneName(zone) ? [] : [zoneProblem(["schedule", "timeZone"], zone)];
}

function overrideHasARealDate({ values: { scheduleOverride, rebaseline } }: Draft): Finding[] {
  const override =
    scheduleOverride === undefined || parseReasoned(scheduleOverride) !== undefined
      ? []
      : [noSuchDate(["scheduleOverride"], scheduleOverride, REASONED_IN_WORDS)];
  const again =
    rebaseline === undefined || DateTime.fromISO(rebaseline).isValid
      ? []
      : [noSuchDate(["rebaseline"], rebaseline)];
  return [...override, ...again];
}

function noSuchDate(path: Path, found: string, inWords = "a date"): Finding {
  return {
    code: "no-such-date",
    path,
    found: describe(found),
    allowed: `${inWords}, one that the calendar has`,
  };
}

function isRealDate(date: string): boolean {
  return DateTime.fromISO(date, { zone: "utc" }).isValid;
}
