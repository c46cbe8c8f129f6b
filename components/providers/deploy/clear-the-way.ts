import { classifyDeployStatus, type Deploy, type Service } from "../../render/client";
import type { ProviderContext } from "../context";
import { waitForDeploy } from "./wait";
import { liveDeploy } from "../../render/deploy-status";

/** What was found running on a service, and what became of it. */
export interface Cleared {
  deployId: string;
  trigger: string;
  was: "cancelled" | "waited for";
  ended: string;
}

/** Less than a POST takes on Render, with the way there. */
const JUST_NOW_MS = 1_500;

/**
 * Makes room for our deploy: Render runs one at a time for each service, and by its overlap policy ours would queue
 * behind a hanging one or kill somebody's release half-way.
 * - A running deploy that only repeats what is live (started through the API, on the same commit or image) is one of
 *   ours left by a killed run, or equal to one: ours does the same with newer variables, so it is cancelled.
 * - Any other ships something that is not ours to stop: it is waited for.
 */
export async function clearTheWay(
  context: ProviderContext,
  service: Service,
  budgetMs: number,
): Promise<{ cleared: Cleared[]; known: Set<string>; live: Deploy | undefined; deploys: Deploy[] }> {
  // An engine compares just before it acts: what that looked at is as new as what a look of our own would bring.
  const deploys = [...(await context.observed.deploys(service.id, JUST_NOW_MS))];
  const live = liveDeploy(deploys) ?? (await newestLive(context, service));
  const cleared: Cleared[] = [];
  for (const deploy of deploys.filter(({ status }) => classifyDeployStatus(status) === "running")) {
    const repeats = repeatsLive(deploy, live);
    if (repeats) {
      context.log(`${service.name}: cancelling deploy ${deploy.id}, which would only repeat ours`);
      await context.render.cancelDeploy(service.id, deploy.id);
    } else {
      context.log(
        `${service.name}: waiting for deploy ${deploy.id} (${deploy.trigger ?? "unknown trigger"}), which is not ours`,
      );
    }
    const ended = await waitForDeploy(context, { service, deployId: deploy.id, budgetMs });
    cleared.push({
      deployId: deploy.id,
      trigger: deploy.trigger ?? "unknown",
      was: repeats ? "cancelled" : "waited for",
      ended: ended.status,
    });
  }
  const known = new Set(deploys.map(({ id }) => id));
  if (cleared.length === 0) return { cleared, known, live, deploys };
  // What is live may have changed while we waited; what ships is what is live now.
  const after = await context.render.listDeploys(service.id);
  const now = liveDeploy(after) ?? (await newestLive(context, service));
  return { cleared, known, live: now, deploys: after };
}

async function newestLive(context: ProviderContext, service: Service): Promise<Deploy | undefined> {
  const [live] = await context.render.listDeploys(service.id, { status: ["live"], limit: 1 });
  return live;
}

function repeatsLive(deploy: Deploy, live: Deploy | undefined): boolean {
  if (deploy.trigger !== "api" || live === undefined) return false;
  const version = ({ commit, image }: Deploy) => commit?.id ?? image?.sha ?? image?.ref;
  return version(deploy) !== undefined && version(deploy) === version(live);
}
