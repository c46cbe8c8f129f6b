import { formatTime } from "../clock";
import type { StaticSiteSpec, WebServiceSpec } from "../options";
import type { Service } from "./service";
import { environmentOf, type World } from "./world";

export interface ServiceJson extends Record<string, unknown> {
  suspended: "suspended" | "not_suspended";
  environmentId?: string;
}

/** The service as the API shows it; each type has its own details, and lacks those of the other. */
export function serviceJson(world: World, service: Service): ServiceJson {
  const { spec } = service;
  const environment = environmentOf(world, service.id);
  return {
    id: service.id,
    autoDeploy: spec.autoDeploy ?? "no",
    autoDeployTrigger: spec.autoDeploy === "yes" ? "commit" : "off",
    branch: "main",
    createdAt: formatTime(service.createdAt),
    dashboardUrl: `https://dashboard.render.com/${spec.type === "static_site" ? "static" : "web"}/${service.id}`,
    ...(environment !== undefined && { environmentId: environment.id }),
    name: spec.name,
    notifyOnFail: "default",
    ownerId: service.ownerId,
    repo: `https://github.com/example/${spec.name}`,
    rootDir: "",
    slug: service.slug,
    suspended: service.suspended ? "suspended" : "not_suspended",
    suspenders: service.suspended ? ["user"] : [],
    type: spec.type,
    updatedAt: formatTime(service.updatedAt),
    serviceDetails: spec.type === "static_site" ? staticDetails(service, spec) : webDetails(service, spec),
  };
}

function webDetails(service: Service, spec: WebServiceSpec): Record<string, unknown> {
  const region = spec.region ?? "frankfurt";
  return {
    buildPlan: "starter",
    ...(spec.disk !== undefined && { disk: { id: `dsk-${service.id.slice(4)}`, ...spec.disk } }),
    env: "python",
    envSpecificDetails: {
      buildCommand: spec.build?.command.join(" ") ?? "pip install -r requirements.txt",
      startCommand: spec.start.command.join(" "),
    },
    healthCheckPath: spec.healthCheckPath,
    maintenanceMode: { enabled: false, uri: "" },
    numInstances: 1,
    openPorts: spec.plan === "free" ? null : [{ port: 10000, protocol: "TCP" }],
    plan: spec.plan ?? "starter",
    previews: { generation: "off" },
    pullRequestPreviewsEnabled: "no",
    region,
    runtime: "python",
    sshAddress: `${service.id}@ssh.${region}.render.com`,
    url: service.site.url,
  };
}

function staticDetails(service: Service, spec: StaticSiteSpec): Record<string, unknown> {
  return {
    buildCommand: spec.build.command.join(" "),
    buildPlan: "starter",
    previews: { generation: "off" },
    publishPath: spec.publishPath,
    pullRequestPreviewsEnabled: "no",
    url: service.site.url,
  };
}
