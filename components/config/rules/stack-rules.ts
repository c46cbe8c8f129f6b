import { IANAZone } from "luxon";
import { describe, nearest } from "../found";
import { GATE_CHECKS, OPENED_BY } from "../gate-checks";
import type { Finding, Path } from "../problem";
import { OVERRIDE_IN_WORDS, parseOverride, parseSignature, SIGNATURE_IN_WORDS } from "../signatures";
import { DEFAULT_THRESHOLDS } from "../defaults";
import { own } from "../../own";
import { entriesOf, type Draft, type Rule } from "../draft";

export const stackRules: Rule[] = [
  timeZoneExists,
  signaturesHaveRealDates,
  overridesHaveRealDates,
  overridesNameChecks,
  workspaceIsFilledIn,
  errorRatesRise,
];

function timeZoneExists({ values: { timeZone } }: Draft): Finding[] {
  return timeZone === undefined || isZoneName(timeZone) ? [] : [zoneProblem(["timeZone"], timeZone)];
}

export function zoneProblem(path: Path, timeZone: string): Finding {
  const zones = Intl.supportedValuesOf("timeZone");
  const guess =
    nearest(timeZone, zones) ??
    zones.find((zone) => zone.toLowerCase().endsWith(`/${timeZone.toLowerCase()}`));
  const allowed = 'an IANA time zone: "Europe/Berlin", "UTC"';
  return { code: "time-zone", path, found: describe(timeZone), allowed, nearest: guess };
}

/**
 * Bare offsets are refused, also where the runtime knows them: they are wrong for half of the year. So are abbreviations: EST has no
 * summer time, and which place CST or IST means is anybody's guess.
 */
export function isZoneName(timeZone: string): boolean {
  return (timeZone === "UTC" || /^[A-Za-z]+\//.test(timeZone)) && IANAZone.isValidZone(timeZone);
}

function signaturesHaveRealDates({ values }: Draft): Finding[] {
  return (["acknowledged", "acceptDataLoss"] as const).flatMap((key) =>
    entriesOf(values[key])
      .filter(([, text]) => parseSignature(text) === undefined)
      .map(([name, text]) => {
        const allowed = `${SIGNATURE_IN_WORDS}, with a date that the calendar has`;
        return { code: "no-such-date", path: [key, name], found: describe(text), allowed };
      }),
  );
}

/** An override that names nothing does nothing, and somebody relies on it at night. */
function overridesNameChecks({ values }: Draft): Finding[] {
  return entriesOf(values.override).flatMap(([phase, text]) =>
    (parseOverride(text)?.checks ?? []).flatMap((check): Finding[] => {
      const [word = ""] = check.split(" ");
      if ((GATE_CHECKS as readonly string[]).includes(word)) return [];
      const path = ["override", phase];
      const otherwise = own<string>(OPENED_BY, word);
      if (otherwise !== undefined)
        return [{ code: "unknown-check", path, found: describe(check), allowed: otherwise }];
      const allowed = `checks of a gate: ${GATE_CHECKS.join(", ")}`;
      return [
        { code: "unknown-check", path, found: describe(check), allowed, nearest: nearest(word, GATE_CHECKS) },
      ];
    }),
  );
}

function overridesHaveRealDates({ values }: Draft): Finding[] {
  return entriesOf(values.override)
    .filter(([, text]) => parseOverride(text) === undefined)
    .map(([phase, text]) => {
      const allowed = `${OVERRIDE_IN_WORDS}, with a date that the calendar has`;
      return { code: "no-such-date", path: ["override", phase], found: describe(text), allowed };
    });
}

function workspaceIsFilledIn({ values: { workspace } }: Draft): Finding[] {
  if (workspace === undefined || !/\$\{|^\$\w|^<.*>$/.test(workspace)) return [];
  const allowed = "the workspace's name or id itself: nothing fills in variables and placeholders here";
  return [{ code: "placeholder", path: ["workspace"], found: describe(workspace), allowed }];
}

/** A rate that calls for going back must not be one at which the rollout may still advance. */
function errorRatesRise({ values: { thresholds } }: Draft): Finding[] {
  if (thresholds === undefined) return [];
  const levels = ["advance", "investigate", "immediate"] as const;
  const rates = levels.map(
    (level) => thresholds[level]?.errorRatePercent ?? DEFAULT_THRESHOLDS[level].errorRatePercent,
  );
  return levels.flatMap((level, index): Finding[] => {
    const [rate = 0, before] = [rates[index], rates[index - 1]];
    if (before === undefined || rate > before) return [];
    const written = thresholds[level]?.errorRatePercent !== undefined;
    const found = written ? String(rate) : `${rate} (the default)`;
    const allowed = `more than ${before}, the rate of ${levels[index - 1] ?? ""}`;
    return [{ code: "threshold-order", path: ["thresholds", level, "errorRatePercent"], found, allowed }];
  });
}
