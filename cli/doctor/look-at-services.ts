import type { StackConfig } from "../../components/config";
import { refOf } from "../../components/providers/gate/gate-inputs";
import type { Observed } from "../../components/providers/observed";
import type { Service } from "../../components/render/client";
import { fine, found, type Finding } from "./finding";

/** The catalogue's services as Render has them: there, of the kind and with the plan that the rollout needs, readable. */
export async function lookAtServices(config: StackConfig, observed: Observed): Promise<Finding[]> {
  const all = await Promise.all(
    config.services.map((service) =>
      found("service", service.renderName, async () => {
        const seen = await observed.service(refOf(service));
        return [
          ...ofKind(service, seen),
          ...ofState(seen),
          ...(await ofVariables(config, service, seen, observed)),
        ];
      }),
    ),
  );
  return all.flat();
}

/** Said before anything else: it stops the first advance that has a migration, hours after the first preview. */
export async function lookAtJobs({ runner, services }: StackConfig, observed: Observed): Promise<Finding[]> {
  const target = services.find(({ key }) => key === runner?.serviceKey);
  if (runner === undefined || runner.where === "local" || target === undefined) return [];
  return found("runner", target.renderName, async () => {
    const { serviceDetails } = await observed.service(refOf(target));
    const plan = serviceDetails?.plan;
    if (plan !== "free")
      return [fine("runner", target.renderName, `plan ${plan ?? "unknown"}: ${WAYS[runner.where]}`)];
    return [
      {
        about: "runner",
        name: target.renderName,
        result: "mend",
        found: `its plan is free, and a free service has no one-off jobs and no shell: runner.where: ${runner.where} cannot run a migration`,
        next: "set runner.where: local and run the rollout from a checkout with the external DATABASE_URL, or take a paid plan",
      },
    ];
  });
}

const WAYS = { "render-job": "one-off jobs are possible", ssh: "its shell is possible", local: "" };

type Wanted = StackConfig["services"][number];

function ofKind({ renderName, kind }: Wanted, seen: Service): Finding[] {
  const shown = `${seen.type}, plan ${seen.serviceDetails?.plan ?? "none"}, ${seen.id}`;
  if (seen.type === kind) return [fine("service", renderName, shown)];
  return [
    {
      about: "service",
      name: renderName,
      result: "mend",
      found: `${shown}; the catalogue says ${kind}`,
      next: `write kind: ${seen.type} into Pulumi.yaml, or name the right service (serviceNames, serviceIds)`,
    },
  ];
}

function ofState(seen: Service): Finding[] {
  const base = { about: "service" as const, name: seen.name };
  return [
    ...(seen.suspended === "suspended"
      ? [
          {
            ...base,
            result: "mend" as const,
            found: "it is suspended",
            next: "resume it on Render, or leave it out of the catalogue",
          },
        ]
      : []),
    ...(seen.autoDeploy === "yes"
      ? [
          {
            ...base,
            result: "look" as const,
            found:
              "Auto-Deploy is on: code can change in the middle of a phase, and each deploy starts the soak again",
            next: "switch Auto-Deploy off in the service's settings while the rollout goes on",
          },
        ]
      : []),
    ...(seen.serviceDetails?.plan === "free"
      ? [
          {
            ...base,
            result: "look" as const,
            found:
              "plan free: it sleeps after 15 minutes without traffic, and the first request then waits up to a minute",
            next: "leave `verify --watch` running beside the rollout, or take a paid plan",
          },
        ]
      : []),
  ];
}

/** Whether the key may read variables, and which flags are there; values are not shown. */
async function ofVariables(
  { flags }: StackConfig,
  { key, renderName }: Wanted,
  { id }: Service,
  observed: Observed,
): Promise<Finding[]> {
  const own = flags.filter(({ serviceKey }) => serviceKey === key);
  if (own.length === 0) return [];
  const values = await observed.envVars(id);
  const there = own.filter((flag) => values.has(flag.key)).map((flag) => flag.key);
  const missing = own.length - there.length;
  return [
    fine(
      "service",
      renderName,
      `variables can be read; ${there.length} of ${own.length} flags are set${missing === 0 ? "" : `, ${missing} absent`}`,
    ),
  ];
}
