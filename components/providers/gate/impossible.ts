import type { Service } from "../../render/client";
import type { ProviderContext } from "../context";
import type { GateInputs } from "./inputs";

/** What can never work, by what Render says of a service, and what to write instead. */
export interface Impossible {
  property: "runner" | "services";
  reason: string;
}

/**
 * What is refused in the preview that first asks for a gate, before anything is touched: it would stop the rollout in the middle
 * otherwise. What Render does not tell now is no reason.
 * @source Render's documentation: free instances have no one-off jobs, no shell and no SSH; static sites run nothing.
 */
export async function findImpossible(
  { observed }: Pick<ProviderContext, "observed">,
  { services, runner, migrations }: GateInputs,
): Promise<Impossible[]> {
  const kinds = await Promise.all(
    services.map(async (target): Promise<Impossible[]> => {
      const service = await observed.service(target).catch(() => undefined);
      if (service === undefined || target.kind === undefined || target.kind === service.type) return [];
      const reason =
        `${service.name}: the catalogue says kind: ${target.kind}, and on Render ${service.id} is a ${service.type}. ` +
        `Write kind: ${service.type}, or name the service that is meant (serviceNames, serviceIds).`;
      return [{ property: "services", reason }];
    }),
  );
  const renderName = runner?.renderName;
  const runs =
    migrations.length > 0 && runner !== undefined && runner.where !== "local" && renderName !== undefined;
  const on = runs ? await observed.service({ ...runner, renderName }).catch(() => undefined) : undefined;
  const refused = on === undefined || runner === undefined ? undefined : cannotRun(runner.where, on);
  return [
    ...kinds.flat(),
    ...(refused === undefined ? [] : [{ property: "runner" as const, reason: refused }]),
  ];
}

function cannotRun(where: string, { name, type, serviceDetails }: Service): string | undefined {
  const what = where === "ssh" ? "no shell and no SSH" : "no one-off jobs";
  const instead =
    `Set runner: where: local, from a checkout and with the database's external address (DATABASE_URL), ` +
    `or move ${name} to a paid plan on Render.`;
  if (serviceDetails?.plan === "free")
    return `runner: where is ${where}, and ${name} is on Render's free plan, which has ${what}: no migration could be applied. ${instead}`;
  return type === "static_site"
    ? `runner: where is ${where}, and ${name} is a static site, which runs nothing. Name a web service.`
    : undefined;
}
