import type { StackConfig } from "../../components/config";
import { refOf } from "../../components/providers/gate/gate-inputs";
import type { Observed } from "../../components/providers/observed";
import type { SeenService } from "./read-drift";

/** Asks Render about each service: which deploy is live, what its variables are, and whether it deploys by itself. */
export async function seeServices(
  observed: Observed,
  { services, flags }: StackConfig,
): Promise<SeenService[]> {
  return Promise.all(
    services.map(async (target) => {
      const service = await observed.service(refOf(target));
      const [deploys, values] = await Promise.all([
        observed.deploys(service.id),
        observed.envVars(service.id),
      ]);
      const live = deploys.find(({ status }) => status === "live");
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
