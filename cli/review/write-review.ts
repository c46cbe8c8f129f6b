import {
  flips,
  isNothing,
  isOverwritten,
  isPutBack,
  isSetFirst,
  type Changes,
  type FlagChange,
} from "../changes/changes";
import { flagSentence, flagSentences, gateSentence } from "../changes/change-sentences";
import { escapeMarkdown } from "../shared/escape-markdown";
import type { MoreFacts, ReviewFacts } from "./facts";

/** GitHub refuses comments above 65,536 characters, and readers stop long before. */
const LIMIT = 60_000;
/** So many lines of one kind are shown; the rest is counted. */
const SHOWN = 60;

/** A preview as the Markdown that a reviewer reads in a pull request: what is out of the ordinary first. */
export function writeReview({ stack, phase, changes, held, next, more }: ReviewFacts): string {
  const { refusals, migrations, flags, deploys, gates, drift, warnings, others } = changes;
  const sections = [
    section("⛔ Refused as it is now", refusals.map(indented), next),
    section("⚠️ Overridden by name", (more?.overrides ?? []).map(escapeMarkdown)),
    section(
      "⚠️ Data is lost",
      migrations.rollsBack.map(
        ({ id, loses, consent }) =>
          `\`${id}\` is rolled back when the flags are off and live. This ${escapeMarkdown(loses)}. Consent: ${escapeMarkdown(consent)}.`,
      ),
    ),
    section(
      "⚠️ Render has other values than declared, and they are overwritten",
      flags.filter(isOverwritten).map((flag) => `${escapeMarkdown(flagSentence(flag))}.`),
    ),
    section("Changed by hand, and put back by this", drift.map(escapeMarkdown)),
    flagTable(
      flags.filter((flag) => flips(flag) || isSetFirst(flag)),
      held,
      more?.purposes,
    ),
    section(
      "Flags taken over or written again",
      flagSentences(
        flags.filter((flag) => !flips(flag) && !isPutBack(flag) && !isOverwritten(flag) && !isSetFirst(flag)),
      ).map(escapeMarkdown),
    ),
    section(
      "Deploys",
      deploys.map(
        ({ renderName, reasons }) =>
          `**${escapeMarkdown(renderName)}**: one deploy of what is live, no new code${reasons.length > 0 ? ` (${escapeMarkdown(reasons.join("; "))})` : ""}.`,
      ),
    ),
    section("Migrations", [
      ...changes.backups.map(
        (name) => `\`${escapeMarkdown(name)}\` runs before the schema changes, and must succeed.`,
      ),
      ...migrations.applies.map((id) => {
        const unless = migrations.unasked?.includes(id) === true ? UNLESS_THERE : "";
        return `\`${id}\` is applied${unless}${about(id, more)}.`;
      }),
      ...migrations.keeps.map(({ id, reason }) => `\`${id}\` is kept: ${escapeMarkdown(reason)}.`),
    ]),
    section(
      "Gates",
      gates.map((gate) => `${gateSentence(gate)}.`),
    ),
    section("Warnings", warnings.map(indented)),
    section("Other changes", others.map(escapeMarkdown)),
    section(
      "On Render",
      (more?.links ?? []).map(
        ({ service, page }) =>
          `[${escapeMarkdown(service)}](${page}): [deploys](${page}/deploys), [logs](${page}/logs)`,
      ),
    ),
  ];
  const way = more?.from === undefined ? "" : `\`${more.from}\` → `;
  const earliest = more?.earliest === undefined ? "" : ` It may be applied ${escapeMarkdown(more.earliest)}.`;
  const head = `## Rollout of \`${stack}\`: phase ${way}\`${phase}\`\n\n${verdict(changes)}${earliest}`;
  const foot =
    changes.unchanged === 0
      ? ""
      : `<details><summary>${changes.unchanged} unchanged</summary>\n\n${unchangedList(changes)}\n\n</details>`;
  const text = [head, ...sections, foot].filter((part) => part !== "").join("\n\n");
  return text.length > LIMIT
    ? `${text.slice(0, LIMIT)}\n\n… cut here; \`pulumi preview --stack ${stack}\` shows all of it.\n`
    : `${text}\n`;
}

const UNLESS_THERE = ", unless the database shows it already";

function verdict(changes: Changes): string {
  if (changes.refusals.length === 0 && isNothing(changes))
    return changes.warnings.length === 0 ? "Nothing changes." : "Nothing changes; see the warnings.";
  const refused =
    changes.refusals.length > 0 ? "**This cannot be applied now.** Nothing would be touched." : "";
  const { rollsBack, applies, unasked = [] } = changes.migrations;
  const asked = applies.length - unasked.length;
  const flipped = changes.flags.filter((flag) => flips(flag) || isSetFirst(flag));
  const parts = [
    count(changes.drift.length, "change made by hand is put back", "changes made by hand are put back"),
    count(changes.flags.filter(isOverwritten).length, "flag is overwritten", "flags are overwritten"),
    count(
      changes.flags.filter((flag) => flag.from === undefined && !isOverwritten(flag) && !isSetFirst(flag))
        .length,
      "flag is taken over",
      "flags are taken over",
    ),
    count(flipped.filter(({ to }) => to === "true").length, "flag goes on", "flags go on"),
    count(flipped.filter(({ to }) => to !== "true").length, "flag goes off", "flags go off"),
    count(changes.deploys.length, "service redeploys", "services redeploy"),
    count(asked, "migration is applied", "migrations are applied"),
    count(
      applies.length - asked,
      `migration is applied${UNLESS_THERE}`,
      "migrations are applied, unless the database shows them already",
    ),
    count(
      rollsBack.length,
      "migration is **rolled back, losing data**",
      "migrations are **rolled back, losing data**",
    ),
  ];
  const said = parts.filter((part) => part !== "");
  if (refused !== "") return said.length === 0 ? refused : `${refused} Once it can: ${said.join(", ")}.`;
  return said.length === 0
    ? "No flag, deploy or migration changes; only what is remembered of the phases does."
    : `${said.join(", ")}.`;
}

function flagTable(
  flags: readonly FlagChange[],
  held: readonly string[],
  purposes: Record<string, string> = {},
): string {
  if (flags.length === 0) return "";
  const purpose = (key: string) => {
    const text = Object.hasOwn(purposes, key) ? purposes[key] : undefined;
    return text === undefined ? "" : `<br>${escapeMarkdown(text)}`;
  };
  const rows = flags.map(({ key, renderName, from, to, onRender }) => {
    const now = onRender === undefined ? word(from) : word(onRender.replaceAll('"', ""));
    const why = to === "false" && held.includes(key) ? " (on hold)" : "";
    const before = from === undefined ? "new" : word(from);
    return `| \`${key}\`${purpose(key)} | ${escapeMarkdown(renderName)} | ${before} → **${word(to)}**${why} | ${now} |`;
  });
  return [
    "### Flags",
    "",
    "| flag | service | declared | on Render now |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** ": Adds a column; its rollback is of low risk: it drops it" */
function about(id: string, more: MoreFacts | undefined): string {
  if (more === undefined) return "";
  const parts = [more.purposes, more.risks].flatMap((texts) =>
    Object.hasOwn(texts, id) ? [escapeMarkdown(texts[id] ?? "")] : [],
  );
  return parts.length === 0 ? "" : `: ${parts.join("; ")}`;
}

function unchangedList({ unchangedNames = [] }: Changes): string {
  if (unchangedNames.length === 0)
    return "Flags, deploys, migrations and gates that this leaves as they are.";
  const shown = unchangedNames.slice(0, SHOWN).map(escapeMarkdown).join(", ");
  const more = unchangedNames.length > SHOWN ? ` and ${unchangedNames.length - SHOWN} more` : "";
  return `${shown}${more}.`;
}

function section(title: string, lines: readonly string[], below: readonly string[] = []): string {
  if (lines.length === 0) return "";
  const shown = lines.slice(0, SHOWN).map((line) => `- ${line}`);
  const rest = lines.length > SHOWN ? [`- … and ${lines.length - SHOWN} more`] : [];
  const after = below.length === 0 ? [] : ["", ...below.map((line) => `Next: ${escapeMarkdown(line)}`)];
  return [`### ${title}`, "", ...shown, ...rest, ...after].join("\n");
}

/** Several lines as one item of a list, each on its own line. */
function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => escapeMarkdown(line.trim()))
    .join("<br>");
}

function word(value: string | undefined): string {
  return value === "true" ? "on" : value === "false" ? "off" : escapeMarkdown(value ?? "unset");
}

function count(number: number, one: string, many: string): string {
  return number === 0 ? "" : `${number} ${number === 1 ? one : many}`;
}
