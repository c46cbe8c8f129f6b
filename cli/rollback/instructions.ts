import { takesId } from "../../components/config/resolve-migrations";
import { commandsFor } from "../../components/providers/migrations/command-line";
import { quote } from "shell-quote";

import type { Migration, StackConfig } from "../../components/config";
import type { PlannedDeploy } from "../../components/plan/plan";
import type { LoadedStack } from "../shared/load-stack";
import { byHand, checklistText } from "./checklist";
import { databaseCheck } from "./database-check";
import type { PlannedRollback } from "./plan-rollback";

/**
 * A rollback as steps for Render's dashboard and shell, for the day on which nothing else works and for whoever is awake.
 * Made from the stack's files alone: no network, no Pulumi.
 * @param accepted migrations whose loss was accepted by name; the others are kept.
 */
export function rollbackInstructions(
  { from, to, unwanted }: PlannedRollback,
  accepted: readonly string[],
  again: string,
): string {
  const steps = [
    ...to.plan.deploys.flatMap((deploy) => serviceStep(deploy, from, to)),
    checkStep(to),
    ...migrationSteps(to.config, unwanted, accepted),
    afterwards(from, to, again),
  ];
  const numbered = steps.map((step, index) => `${index + 1}. ${step}`);
  return [
    `# Rollback of ${from.config.stack} by hand: from ${from.config.phase} to ${describeTarget(from, to)}`,
    "You need: a login to https://dashboard.render.com for the workspace of these services, and this page. Nothing else.",
    "Go from top to bottom. Both services may deploy at the same time. Reading a step twice costs less than undoing it.",
    ...numbered,
  ].join("\n\n");
}

function describeTarget({ config: before }: LoadedStack, { config: after }: LoadedStack): string {
  if (before.phase !== after.phase) return after.phase;
  const held = after.hold.filter((flag) => !before.hold.includes(flag));
  return held.length > 0 ? `${after.phase} without ${held.join(", ")}` : `${after.phase} as it should be`;
}

/** A service that has flags gets a step even where none changes: what is declared is not what somebody left on Render. */
function serviceStep(
  { serviceKey, renderName, kind, expects }: PlannedDeploy,
  from: LoadedStack,
  to: LoadedStack,
): string[] {
  const before = from.plan.deploys.find((deploy) => deploy.serviceKey === serviceKey)?.expects ?? {};
  const keys = Object.keys(expects);
  if (keys.length === 0) return [];
  const width = Math.max(...keys.map((key) => key.length));
  const rows = keys.map((key) => {
    const now = before[key] ?? "unset";
    const wanted = expects[key] ?? "";
    return `   ${now === wanted ? " " : ">"} ${key.padEnd(width)}   declared now: ${now.padEnd(5)}   set to: ${wanted}`;
  });
  const site = kind === "static_site";
  if (keys.every((key) => before[key] === expects[key])) {
    return [
      [
        `${renderName} (${site ? "static site" : "web service"}): nothing changes`,
        `   Only look: open ${dashboardPlace(serviceKey, kind, to.config)}, then "Environment". If it is so, leave the page without saving; if not, set it so and save:`,
        ...keys.map((key) => `     ${key.padEnd(width)}   ${expects[key] ?? ""}`),
      ].join("\n"),
    ];
  }
  const save = site
    ? `"Save, rebuild, and deploy" (the values get into the pages only by a build)`
    : `"Save and deploy" (no new code: the last good build starts again)`;
  return [
    [
      `${renderName} (${site ? "static site" : "web service"})`,
      `   Open ${dashboardPlace(serviceKey, kind, to.config)}, then "Environment" on the left, then "Edit".`,
      "   Lines with > change; the others must have the value named, so look at them too. Add a variable that is missing.",
      ...rows,
      `   Change nothing else on that page. Then choose ${save}.`,
      `   Open "Events" and wait until the deploy says live. Is an older deploy still running? Open it and choose "Cancel deploy" first.`,
    ].join("\n"),
  ];
}

function dashboardPlace(name: string, kind: PlannedDeploy["kind"], { services }: StackConfig): string {
  const service = services.find((each) => each.key === name);
  if (service?.id !== undefined)
    return `https://dashboard.render.com/${kind === "static_site" ? "static" : "web"}/${service.id}`;
  return `https://dashboard.render.com and the service "${service?.renderName ?? name}"`;
}

function checkStep({ config, plan }: LoadedStack): string {
  const unknown = config.services
    .filter(({ url }) => url === undefined)
    .map(({ renderName }) => `ADDRESS-OF-${renderName}`);
  const where =
    unknown.length === 0 ? [] : [`   (${unknown.join(" and ")}: at the top of the service's page on Render)`];
  const lines = config.services.flatMap(({ key, renderName, url, healthPath, reports }) => {
    const address = url ?? `https://ADDRESS-OF-${renderName}`;
    const expects = plan.deploys.find((deploy) => deploy.serviceKey === key)?.expects ?? {};
    const values = Object.entries(expects).map(([key, value]) => `"${key}": ${value}`);
    const flags =
      reports === undefined || "none" in reports || values.length === 0
        ? []
        : [`   ${address}${reports.path}`, `      must say ${values.join(", ")}`];
    return [`   ${address}${healthPath}`, "      must answer", ...flags];
  });
  return ["Check that it is live: open in a browser, or with curl", ...where, ...lines].join("\n");
}

function migrationSteps(
  config: StackConfig,
  unwanted: readonly Migration[],
  accepted: readonly string[],
): string[] {
  if (unwanted.length === 0) return ["Migrations: they stay as they are in this rollback. Touch nothing."];
  const kept = unwanted.filter(({ id }) => !accepted.includes(id));
  const { runner, backup } = config;
  const losses = (list: readonly Migration[]) =>
    list.map(
      ({ id, rollbackLoses, rollbackRisk }) =>
        `   ${id} (risk: ${rollbackRisk}): its rollback ${rollbackLoses}`,
    );
  if (accepted.length === 0 || runner === undefined) {
    return [
      [
        "Migrations: KEEP them. The flags are off, and nothing uses the new schema; a rollback would lose data:",
        ...losses(unwanted),
        "   If they must go all the same, somebody has to accept that by name; then these instructions with",
        `   --accept-data-loss ${unwanted.map(({ id }) => id).join(" ")} print the commands.`,
      ].join("\n"),
    ];
  }
  const { commands, workingDirectory, serviceKey, where } = runner;
  const name = config.services.find((each) => each.key === serviceKey)?.renderName ?? serviceKey;
  const place =
    where === "local"
      ? "   On the machine that has the repository:"
      : `   Open "${name ?? ""}", then "Shell" on the left, and type there (a free plan has no shell: then in a checkout of the code that is live, with DATABASE_URL set to the database's external address):`;
  const { rollback, status } = commands;
  const going = unwanted.filter(({ id }) => accepted.includes(id));
  if (rollback === undefined) {
    return [`Migrations: KEEP them. The runner has no command for a rollback.\n${losses(going).join("\n")}`];
  }
  const rollbacks = commandsFor(rollback, going).map(({ words }) => words);
  const blocked = !takesId(rollback) && kept.length > 0;
  // A runner whose status decides is asked by it; otherwise the database itself is.
  const asks = status !== undefined && going.some(({ source }) => source.kind === "status");
  const look = asks ? [`     ${quote(status)}`] : [];
  const checks = databaseCheck(going);
  return [
    [
      "Migrations: only now, with the flags off and live. This loses data:",
      ...losses(going),
      ...(kept.length > 0 ? ["   These are kept:", ...losses(kept)] : []),
      ...(blocked
        ? [
            `   The rollback command takes back all migrations, and ${kept.map(({ id }) => id).join(", ")} is kept: so roll back nothing.`,
          ]
        : [
            ...(backup === undefined
              ? []
              : [
                  "   First a backup, in the project's directory with DATABASE_URL set, which must end without an error:",
                  `     ROLLOUT_COMMAND=${asTyped(backup.command)} node components/commands/run-command.mjs`,
                ]),
            place,
            ...(workingDirectory === undefined ? [] : [`     cd ${quote([workingDirectory])}`]),
            ...look,
            ...rollbacks.map((words) => `     ${quote(words)}`),
            ...look,
            "   Afterwards the database must not show them any more; an exit code of 0 proves nothing.",
            ...(checks.length === 0
              ? []
              : [
                  `   Ask it, in psql (on Render: the database's page, "Connect", "PSQL Command"):`,
                  ...checks.map((sql) => `     ${sql}`),
                ]),
          ]),
    ].join("\n"),
  ];
}

function afterwards(from: LoadedStack, to: LoadedStack, again: string): string {
  const hold =
    to.config.hold.length === 0 ? [] : [`   ${to.config.project}:hold: [${to.config.hold.join(", ")}]`];
  return [
    `Afterwards: let the file say what is true. In ${from.file}:`,
    `   ${to.config.project}:phase: ${to.config.phase}`,
    ...hold,
    "   Commit it. As soon as Pulumi works again, run the same rollback with it: it finds the values as they are, writes",
    `   nothing twice, and verifies: ${again}`,
    "",
    checklistText(byHand(to))
      .split("\n")
      .map((line) => `   ${line}`)
      .join("\n"),
  ].join("\n");
}

/** A line for a shell as one word of another, readable as it was written. */
function asTyped(command: string): string {
  return `'${command.replaceAll("'", String.raw`'\''`)}'`;
}
