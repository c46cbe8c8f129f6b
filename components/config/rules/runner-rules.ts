import { describe, listNames, nearest } from "../found";
import type { Finding } from "../problem";
import { commandsOf, takesId } from "../resolve-migrations";
import { entriesOf, type Draft, type Rule } from "../draft";

export const runnerRules: Rule[] = [
  runnerHasService,
  runnerCanApply,
  checkoutIsLocal,
  sourceCanBeAsked,
  commandsHoldOnlyIds,
  commandsHoldNoVariables,
  filesAreNamed,
  allOrNothingStaysInOnePhase,
];

/** What stands for one migration in a command's words. */
const PLACEHOLDERS = ["{id}", "{file}"];

function runnerHasService({ names, values }: Draft): Finding[] {
  const { runner, services } = values;
  if (runner === undefined || names.services.length === 0) return [];
  const { where, service, checkout } = runner;
  const kinds = new Map(entriesOf(services).map(([name, { kind }]) => [name, kind]));
  const suitable = names.services.filter((name) => kinds.get(name) !== "static_site");
  const allowed = `a web service (${listNames(suitable, "there is none")})`;
  const path = ["runner", "service"];
  if (service === undefined) {
    if (where === "local" && checkout !== true) return [];
    const why = where === "local" ? "checkout: true compares its commit" : `where is ${where}`;
    return [{ code: "missing", path, found: "nothing", allowed: `${allowed}, as ${why}` }];
  }
  if (!names.services.includes(service)) {
    return [
      {
        code: "unknown-service",
        path,
        found: describe(service),
        allowed,
        nearest: nearest(service, suitable),
      },
    ];
  }
  if (suitable.includes(service)) return [];
  return [
    {
      code: "runner-service",
      path,
      found: `${describe(service)}, a static site, which runs nothing`,
      allowed,
    },
  ];
}

function runnerCanApply({ values: { runner }, has }: Draft): Finding[] {
  if (runner === undefined || commandsOf(runner).apply.length > 0 || has("runner", "commands", "apply"))
    return [];
  const brings = runner.tool === undefined ? "" : `; ${runner.tool} brings none that can be trusted`;
  const allowed = `commands.apply, the words that apply migrations${brings}`;
  return [{ code: "missing", path: ["runner", "commands", "apply"], found: "nothing", allowed }];
}

function checkoutIsLocal({ values: { runner } }: Draft): Finding[] {
  if (runner?.checkout !== true || runner.where === "local") return [];
  const allowed = "where: local: a checkout stands on the operator's machine";
  return [{ code: "runner-checkout", path: ["runner", "where"], found: describe(runner.where), allowed }];
}

/** A source that config chooses has to be there. */
function sourceCanBeAsked({ values: { runner } }: Draft): Finding[] {
  const path = ["runner", "source"];
  if (runner?.source === "ledger" && runner.tool === undefined) {
    return [{ code: "runner-source", path, found: '"ledger"', allowed: "runner.tool, whose table is read" }];
  }
  if (runner?.source === "status" && runner.commands?.status === undefined) {
    return [
      { code: "runner-source", path, found: '"status"', allowed: "runner.commands.status, which tells it" },
    ];
  }
  return [];
}

/** The migration is the one thing that is filled in, and never where the answer is about all migrations. */
function commandsHoldOnlyIds({ values }: Draft): Finding[] {
  return eachWord(values, (word, path, name) => {
    const [placeholder] = (word.match(/\{[A-Za-z_]*\}/g) ?? []).filter(
      (each) => name === "status" || !PLACEHOLDERS.includes(each),
    );
    const shellLike = word.match(/\$\{(?:id|file)\}/)?.[0];
    if (shellLike !== undefined && word !== shellLike)
      return [
        {
          code: "command-placeholder",
          path,
          found: describe(word),
          allowed: `${shellLike.slice(1)}, without $`,
          nearest: undefined,
        },
      ];
    if (placeholder === undefined || word.includes(`$${placeholder}`)) return [];
    const allowed =
      name === "status"
        ? "no {…}: status speaks of all migrations at once"
        : "{id}, {file}, or nothing in braces";
    return [{ code: "command-placeholder", path, found: describe(word), allowed, nearest: undefined }];
  });
}

function filesAreNamed({ values }: Draft): Finding[] {
  const { runner, migrations } = values;
  if (runner === undefined) return [];
  const { apply, rollback = [] } = commandsOf(runner);
  if (![...apply, ...rollback].some((word) => word.includes("{file}"))) return [];
  return entriesOf(migrations)
    .filter(([, { file }]) => file === undefined)
    .map(([id]): Finding => {
      const allowed = "file, as the runner's commands hold {file}";
      return { code: "missing", path: ["migrations", id, "file"], found: "nothing", allowed };
    });
}

/**
 * A command that names no migration acts on all of them: with migrations in two phases it would apply those of a later
 * one, or roll back those that are still wanted.
 */
function allOrNothingStaysInOnePhase({ values }: Draft): Finding[] {
  const { runner, migrations } = values;
  if (runner === undefined) return [];
  const phases = [...new Set(entriesOf(migrations).map(([, { phase }]) => phase))];
  if (phases.length < 2) return [];
  const { apply, rollback } = commandsOf(runner);
  return (["apply", "rollback"] as const).flatMap((name): Finding[] => {
    const words = name === "apply" ? apply : rollback;
    if (words === undefined || words.length === 0 || takesId(words)) return [];
    // A placeholder that is wrong is told by itself.
    if (words.some((word) => /[{$]/.test(word))) return [];
    const allowed = `a word with {id} or {file}: without one it acts on all migrations at once, and they are of several phases (${phases.join(", ")})`;
    return [
      {
        code: "all-or-nothing",
        path: ["runner", "commands", name],
        found: describe(words.join(" ")),
        allowed,
      },
    ];
  });
}

function commandsHoldNoVariables({ values }: Draft): Finding[] {
  return eachWord(values, (word, path) => {
    if (!/^\$(\w+|\{\w+\})$/.test(word)) return [];
    const allowed = "a word as it is: no shell reads these commands and fills in variables";
    return [{ code: "command-variable", path, found: describe(word), allowed }];
  });
}

type CommandName = "status" | "apply" | "rollback";

function eachWord(
  { runner }: Draft["values"],
  check: (word: string, path: Finding["path"], name: CommandName) => Finding[],
): Finding[] {
  if (runner === undefined) return [];
  const commands = runner.commands ?? {};
  return (["status", "apply", "rollback"] as const).flatMap((name) =>
    (commands[name] ?? []).flatMap((word, index) => check(word, ["runner", "commands", name, index], name)),
  );
}
