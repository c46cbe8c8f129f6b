import type { MigrationGroup } from "./migration-groups";
import type { Plan, PlannedDeploy } from "./plan";
import { wouldLose } from "./surplus";
import { own } from "../own";

/** What a reviewer reads about a plan, one sentence each: what is declared, and what would follow from it. */
export function planSentences(plan: Plan): string[] {
  const on = plan.flags.filter((flag) => flag.on).length;
  const held = plan.flags.filter(({ reason }) => reason === "held");
  return [
    `${plan.stack}: phase ${plan.phase}, ${on} of ${plan.flags.length} flags on`,
    ...plan.deploys.flatMap(serviceSentences),
    ...held.map(({ key }) => `held: ${key} stays off although its phase is reached`),
    ...plan.groups.flatMap(groupSentences),
    gatesSentence(plan),
  ];
}

function serviceSentences({ renderName, kind, expects, buildTime }: PlannedDeploy): string[] {
  const keys = Object.keys(expects);
  if (keys.length === 0) return [`${renderName}: no flags`];
  const [on, off] = [
    keys.filter((key) => expects[key] === "true"),
    keys.filter((key) => expects[key] === "false"),
  ];
  const builds =
    kind === "static_site" || buildTime.length === 0
      ? ""
      : `; one of ${buildTime.join(", ")} builds the commit that is live`;
  const said = [on.length > 0 ? `on ${on.join(", ")}` : "", off.length > 0 ? `off ${off.join(", ")}` : ""];
  return [`${renderName}: ${said.filter(Boolean).join("; ")} (a change ${HOW[kind]}${builds})`];
}

/** A flag flip never ships code. */
const HOW: Record<PlannedDeploy["kind"], string> = {
  web_service: "redeploys its last good build",
  static_site: "rebuilds the commit that is live",
};

function groupSentences({ migrations, wanted, consents }: MigrationGroup): string[] {
  if (wanted) return [`migrations: ${idsOf(migrations)} applied, after a backup`];
  return migrations.map(({ id, rollbackLoses }) => {
    const consent = own(consents, id);
    if (consent === undefined)
      return `${id}: not wanted; kept where it is applied, as rolling it back ${wouldLose(rollbackLoses)}`;
    return `${id}: not wanted; rolled back where it is applied, which ${rollbackLoses} (consent, while it counts: ${consent})`;
  });
}

function gatesSentence({ gates }: Plan): string {
  const closed = gates.filter(({ state }) => state === "closed").map(({ phase }) => phase);
  const open = gates.filter(({ state }) => state === "open").map(({ phase }) => phase);
  return `gates: ${closed.length === 0 ? "" : `${closed.join(", ")} closed; `}${open.join(", ")} open`;
}

function idsOf(migrations: readonly { id: string }[]): string {
  return migrations.map(({ id }) => id).join(", ");
}
