import { soakRemaining, soakSentence } from "../../plan/closing";
import { classifyDeployStatus } from "../../render/client";
import type { ProviderContext } from "../context";
import type { GateInputs, GateOutputs } from "./gate";

/**
 * Why a gate may not close yet, one sentence a reason; empty when it may. Closing is what advancing means, so this is
 * asked in preview already and once more in the update; a rollback never asks it.
 */
export async function whyNotClosable(context: ProviderContext, olds: GateOutputs, news: GateInputs): Promise<string[]> {
  if (olds.status !== "succeeded" || olds.passedAt === undefined) {
    return [
      `${news.phase}: its gate has not passed, so the rollout cannot advance. ` +
        `Run the update with \`phase: ${news.phase}\` until the gate passes, or go back.`,
    ];
  }
  const reasons = await Promise.all([soakReason(context, olds, news)]);
  return reasons.flat();
}

/** Soak is counted from the later of the gate's pass and the services' last live deploys: a redeploy restarts it. */
async function soakReason(context: ProviderContext, olds: GateOutputs, news: GateInputs): Promise<string[]> {
  const perService = await Promise.all(
    news.services.map(async (ref) => {
      const service = await context.observed.service(ref);
      const deploys = await context.observed.deploys(service.id);
      const live = deploys.find(({ status }) => status === "live");
      const running = deploys.find(({ status }) => classifyDeployStatus(status) === "running");
      return { name: service.name, liveAt: live?.finishedAt ?? live?.createdAt, running };
    }),
  );
  const running = perService.flatMap(({ name, running: deploy }) =>
    deploy === undefined ? [] : [`${news.phase}: deploy ${deploy.id} is running on ${name}; the soak starts again when it is live`],
  );
  if (running.length > 0) return running;
  const liveTimes = perService.flatMap(({ liveAt }) => (liveAt === undefined ? [] : [liveAt]));
  const soak = soakRemaining({
    passedAt: olds.passedAt ?? olds.verifiedAt,
    lastLiveDeployAt: liveTimes.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1),
    soakMs: news.soakSeconds * 1000,
    now: await context.now(),
  });
  return soak.remainingMs > 0 ? [soakSentence(news.phase, soak, news.timeZone)] : [];
}
