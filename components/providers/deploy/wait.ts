import { classifyDeployStatus, type Deploy } from "../../render/client";
import { RolloutError } from "../../errors";
import type { ProviderContext } from "../context";
import { nextPollMs } from "./poll-pace";

export interface WaitOptions {
  service: { id: string; name: string };
  deployId: string;
  /** Total wait in milliseconds. */
  budgetMs: number;
  /** It was started just now, and how long such a deploy usually takes where that is known: no look before it can have ended. */
  justStarted?: { usualMs: number | undefined };
}

/** So often it is told that it goes on: milliseconds. */
const TOLD_EVERY_MS = 15_000;

/**
 * Waits until a deploy has ended, well or badly; unknown statuses count as running.
 * @throws RolloutError DEPLOY_TIMEOUT when it has not ended within the budget; the deploy goes on on Render.
 */
export async function waitForDeploy(
  context: ProviderContext,
  { service, deployId, budgetMs, justStarted }: WaitOptions,
): Promise<Deploy> {
  const start = context.elapsed();
  let delay = nextPollMs(0, undefined, justStarted?.usualMs);
  let status = "";
  let toldMs = start;
  const usual =
    justStarted?.usualMs === undefined
      ? ""
      : `; usually ${Math.max(1, Math.round(justStarted.usualMs / 1000))}s`;
  if (justStarted !== undefined) await context.sleep(Math.min(delay, budgetMs));
  for (;;) {
    const deploy = await look(context, service.id, deployId);
    const seconds = Math.round((context.elapsed() - start) / 1000);
    if (deploy.status !== status || context.elapsed() - toldMs >= TOLD_EVERY_MS) {
      status = deploy.status;
      toldMs = context.elapsed();
      const course = classifyDeployStatus(status) === "running" ? usual : "";
      context.log(`${service.name}: deploy ${deployId} ${status} (${seconds}s${course})`);
    }
    if (classifyDeployStatus(status) !== "running") return deploy;
    delay = nextPollMs(context.elapsed() - start, delay, justStarted?.usualMs);
    if (context.elapsed() - start + delay > budgetMs) {
      throw new RolloutError(
        "DEPLOY_TIMEOUT",
        `${service.name}: deploy ${deployId} is still ${status} after ${seconds}s (limit ${Math.round(budgetMs / 1000)}s). ` +
          `It goes on on Render; run the same command again to wait for it, or go back to the prior config: that cancels it.`,
      );
    }
    await context.sleep(delay);
  }
}

/** By the list, which costs as much as the deploy by itself and tells the gate behind us what else there is. */
async function look(context: ProviderContext, serviceId: string, deployId: string): Promise<Deploy> {
  const deploys = await context.observed.deploys(serviceId, 0);
  return deploys.find(({ id }) => id === deployId) ?? context.render.getDeploy(serviceId, deployId);
}
