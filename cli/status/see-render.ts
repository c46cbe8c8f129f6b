import type { StackConfig } from "../../components/config";
import { refOf } from "../../components/providers/gate/gate-inputs";
import type { ProviderContext } from "../../components/providers/context";
import type { Deploy } from "../../components/render/client";
import { classifyDeployStatus } from "../../components/render/deploy-status";
import { flagDrift, type Drift } from "../drift/read-drift";
import type { Standing, StoredDeploy } from "../shared/standing";
import { onOff, type DeployFacts, type OnOff, type ServiceLinks } from "./facts";

/** What Render has of the flags, and its newest deploys. */
export interface SeenOnRender {
  /** By key. */
  flags: Map<string, OnOff>;
  deploys: DeployFacts[];
  links: ServiceLinks[];
}

/** So many deploys of each service are told, besides those that run. */
const SHOWN_DEPLOYS = 3;

export async function seeOnRender(
  { observed }: Pick<ProviderContext, "observed">,
  { services, flags }: StackConfig,
  { deploys }: Standing,
): Promise<SeenOnRender> {
  const seen = await Promise.all(
    services.map(async (service) => {
      const { id, dashboardUrl } = await observed.service(refOf(service));
      const [values, listed] = await Promise.all([observed.envVars(id), observed.deploys(id)]);
      const own = flags.filter((flag) => flag.serviceKey === service.key);
      return {
        flags: own.map(({ key }) => [key, onOff(values.get(key))] as const),
        links: linksOf(service, dashboardUrl, listed[0]?.id),
        deploys: newest(listed).map((deploy) => deployFacts(deploy, service.renderName, listed, deploys)),
      };
    }),
  );
  return {
    flags: new Map(seen.flatMap((each) => each.flags)),
    deploys: seen.flatMap((each) => each.deploys),
    links: seen.flatMap((each) => each.links),
  };
}

/** @source Render's dashboard: `/web/srv-…/logs`, `/metrics`, `/deploys/dep-…` below a service's own page. */
function linksOf(
  { renderName, kind }: StackConfig["services"][number],
  page: string | undefined,
  deployId: string | undefined,
): ServiceLinks[] {
  if (page === undefined) return [];
  const isSite = kind === "static_site";
  return [
    {
      ...{ service: renderName, page },
      logs: isSite ? null : `${page}/logs`,
      metrics: isSite ? null : `${page}/metrics`,
      deploy: deployId === undefined ? null : `${page}/deploys/${deployId}`,
    },
  ];
}

/** Flags that Render has otherwise than the last update left them. */
export function flagDrifts({ flags }: SeenOnRender, standing: Standing): Drift[] {
  return [...standing.flags].flatMap(([name, { renderName, value }]): Drift[] => {
    const now = flags.get(name);
    if (now === undefined || now === onOff(value)) return [];
    const is = now === "other" ? now : String(now === "on");
    return [flagDrift(name, renderName, { was: value, is })];
  });
}

function newest(listed: readonly Deploy[]): Deploy[] {
  return listed.filter(
    ({ status }, index) => index < SHOWN_DEPLOYS || classifyDeployStatus(status) === "running",
  );
}

function deployFacts(
  deploy: Deploy,
  service: string,
  listed: readonly Deploy[],
  stored: ReadonlyMap<string, StoredDeploy>,
): DeployFacts {
  const { id, status, trigger, createdAt, finishedAt } = deploy;
  const times = { createdAt, finishedAt: finishedAt ?? null };
  return {
    service,
    id,
    status,
    trigger: trigger ?? null,
    ...times,
    ours: isOurs(deploy, listed, stored.get(service)),
  };
}

/** State names one deploy of ours; of those before it nobody knows whose they were. */
function isOurs(deploy: Deploy, listed: readonly Deploy[], stored: StoredDeploy | undefined): boolean | null {
  if (stored === undefined) return null;
  const ours = ({ id }: Deploy) => id === stored.deployId || id === stored.supersededBy;
  if (ours(deploy)) return true;
  const last = listed.findIndex(ours);
  return last >= 0 && listed.indexOf(deploy) < last ? false : null;
}
