import type { StackConfig } from "../../components/config";
import { refOf } from "../../components/providers/gate/gate-inputs";
import type { Observed } from "../../components/providers/observed";
import type { Standing } from "../shared/standing";
import type { SeenService } from "./read-drift";
import { liveDeploy } from "../../components/render/deploy-status";

/**
 * Asks Render about each service: which deploy is live, what its variables are, and whether it deploys by itself. Of services that
 * left the catalogue while state still has them, what their variables are: a flag may be on there.
 */
export async function seeServices(
  observed: Observed,
  config: StackConfig,
  { deploys }: Pick<Standing, "deploys">,
): Promise<SeenService[]> {
  const known = new Set(config.services.map(({ renderName }) => renderName));
  const left = [...deploys.keys()].filter((renderName) => !known.has(renderName));
  const seen = await Promise.all([
    seeDeclared(observed, config),
    ...left.map((renderName) => seeLeft(observed, renderName)),
  ]);
  return seen.flat();
}

/** One that is not on Render any more runs with no flag. */
async function seeLeft(observed: Observed, renderName: string): Promise<SeenService[]> {
  const service = await observed.service({ renderName }).catch(() => undefined);
  if (service === undefined) return [];
  return [{ service: renderName, values: await observed.envVars(service.id), autoDeploys: false }];
}

async function seeDeclared(observed: Observed, { services, flags }: StackConfig): Promise<SeenService[]> {
  return Promise.all(
    services.map(async (target) => {
      const service = await observed.service(refOf(target));
      const [deploys, values] = await Promise.all([
        observed.deploys(service.id),
        observed.envVars(service.id),
      ]);
      const live = liveDeploy(deploys);
      return {
        service: target.renderName,
        ...(live === undefined
          ? {}
          : {
              liveDeploy: {
                id: live.id,
                trigger: live.trigger ?? "unknown trigger",
                createdAt: live.createdAt,
              },
            }),
        declared: flags.filter((flag) => flag.serviceKey === target.key).map(({ key }) => key),
        values,
        autoDeploys: service.autoDeploy === "yes",
      };
    }),
  );
}
