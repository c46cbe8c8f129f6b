import { formatTime } from "../clock";
import type { ProcessServiceSpec, ServiceSpec, StaticSiteSpec } from "../options";
import type { Service } from "./service";
import { environmentOf, type World } from "./world";

export interface ServiceJson extends Record<string, unknown> {
  suspended: "suspended" | "not_suspended";
  environmentId?: string;
}

/** The service as the API shows it; each type has its own details, and lacks those of the others. */
export function serviceJson(world: World, service: Service): ServiceJson {
  const { spec, patched } = service;
  const environment = environmentOf(world, service.id);
  const details = spec.type === "static_site" ? staticDetails(service, spec) : processDetails(service, spec);
  return {
    id: service.id,
    autoDeploy: autoDeployOf(service),
    autoDeployTrigger: autoDeployOf(service) === "yes" ? "commit" : "off",
    ...sourceOf(spec),
    createdAt: formatTime(service.createdAt),
    dashboardUrl: `https://dashboard.render.com/${SHORT_TYPES[spec.type]}/${service.id}`,
    ...(environment !== undefined && { environmentId: environment.id }),
    name: spec.name,
    notifyOnFail: "default",
    ownerId: service.ownerId,
    rootDir: "",
    slug: service.slug,
    suspenders: service.suspended ? ["user"] : [],
    type: spec.type,
    updatedAt: formatTime(service.updatedAt),
    ...patched.fields,
    suspended: service.suspended ? "suspended" : "not_suspended",
    serviceDetails: { ...details, ...patched.details },
  };
}

/** What environment groups and the dashboard's addresses call the types. */
export const SHORT_TYPES: Record<ServiceSpec["type"], string> = {
  web_service: "web",
  static_site: "static",
  private_service: "pserv",
  background_worker: "worker",
  cron_job: "cron",
};

export function autoDeployOf({ spec, patched }: Service): "yes" | "no" {
  return patched.fields["autoDeploy"] === undefined
    ? (spec.autoDeploy ?? "no")
    : patched.fields["autoDeploy"] === "yes"
      ? "yes"
      : "no";
}

function sourceOf(spec: ServiceSpec): Record<string, unknown> {
  if (spec.type !== "static_site" && spec.image !== undefined) {
    const { path, registryCredential } = spec.image;
    return { imagePath: path, ...(registryCredential !== undefined && { registryCredential }) };
  }
  return { branch: "main", repo: `https://github.com/example/${spec.name}` };
}

/** Which fields each type has is as recorded: a worker has no address, a cron job no instances. */
function processDetails(service: Service, spec: ProcessServiceSpec): Record<string, unknown> {
  const region = spec.region ?? "frankfurt";
  const runtime = spec.image === undefined ? "python" : "image";
  const free = spec.plan === "free";
  const hasPort = spec.type === "web_service" || spec.type === "private_service";
  return {
    buildPlan: "starter",
    env: runtime,
    envSpecificDetails:
      spec.image === undefined
        ? {
            buildCommand: spec.build?.command.join(" ") ?? "pip install -r requirements.txt",
            startCommand: spec.start.command.join(" "),
          }
        : {
            dockerCommand: spec.start.command.join(" "),
            dockerContext: "",
            dockerfilePath: "",
            preDeployCommand: "",
          },
    plan: spec.plan ?? "starter",
    region,
    runtime,
    ...(spec.type === "cron_job" && { schedule: spec.schedule }),
    ...(spec.type !== "cron_job" && {
      ...(spec.disk !== undefined && { disk: { id: `dsk-${service.id.slice(4)}`, ...spec.disk } }),
      numInstances: 1,
      previews: { generation: "off" },
      pullRequestPreviewsEnabled: "no",
      sshAddress: `${service.id}@ssh.${region}.render.com`,
    }),
    ...(hasPort && { openPorts: free ? null : [{ port: 10000, protocol: "TCP" }] }),
    ...(spec.type === "private_service" && { url: `${service.slug}:10000` }),
    ...(spec.type === "web_service" && {
      healthCheckPath: spec.healthCheckPath,
      maintenanceMode: { enabled: false, uri: "" },
      url: service.site.url,
    }),
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
