import { describe, listNames, nearest } from "../found";
import type { Finding } from "../problem";
import type { Draft } from "../schema-problems";
import { entriesOf } from "./entries";
import type { Rule } from "./rule";

export const runnerRules: Rule[] = [runnerHasService, commandsHoldOnlyIds, commandsHoldNoVariables];

function runnerHasService({ names, values }: Draft): Finding[] {
  const { runner, services } = values;
  if (runner === undefined || names.services.length === 0) return [];
  const { where, service } = runner;
  const kinds = new Map(entriesOf(services).map(([name, { kind }]) => [name, kind]));
  const suitable = names.services.filter((name) => kinds.get(name) !== "static_site");
  const allowed = `a web service (${listNames(suitable, "there is none")})`;
  const path = ["runner", "service"];
  if (service === undefined) {
    return where === "local"
      ? []
      : [{ code: "missing", path, found: "nothing", allowed: `${allowed}, as where is ${where}` }];
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

/** `{id}` is the one thing that is filled in, and never where the answer is about all migrations. */
function commandsHoldOnlyIds({ values }: Draft): Finding[] {
  return eachWord(values, (word, path, name) => {
    const [placeholder] = (word.match(/\{[A-Za-z_]*\}/g) ?? []).filter(
      (each) => each !== "{id}" || name === "status",
    );
    if (placeholder === undefined || word.includes(`$${placeholder}`)) return [];
    const allowed =
      name === "status" ? "no {…}: status speaks of all migrations at once" : "{id}, or nothing in braces";
    return [{ code: "command-placeholder", path, found: describe(word), allowed, nearest: undefined }];
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
  const { commands } = runner;
  return (["status", "apply", "rollback"] as const).flatMap((name) =>
    commands[name].flatMap((word, index) => check(word, ["runner", "commands", name, index], name)),
  );
}
