import type { StackConfig } from "../../components/config";
import { createObserved } from "../../components/providers/observed";
import type { RenderClient } from "../../components/render/client";
import type { SeenService } from "./read-drift";

/** Asks Render about each service: which deploy is live, and whether it deploys by itself. */
export async function seeServices(
  render: RenderClient,
  { services, workspace }: StackConfig,
): Promise<SeenService[]> {
  const observed = createObserved(render, workspace === undefined ? {} : { workspace });
  return Promise.all(
    services.map(async ({ renderName, id }) => {
      const service = await observed.service({
        service: renderName,
        ...(id === undefined ? {} : { serviceId: id }),
      });
      const live = (await observed.deploys(service.id)).find(({ status }) => status === "live");
      return {
        service: renderName,
        ...(live === undefined
          ? {}
          : {
              liveDeploy: {
                id: live.id,
                trigger: live.trigger ?? "unknown trigger",
                createdAt: live.createdAt,
              },
            }),
        autoDeploys: service.autoDeploy === "yes",
      };
    }),
  );
}
