import path from "node:path";

import { RolloutError } from "../../errors";
import type { ProviderContext } from "../context";
import type { RunnerInput } from "./declared";
import { liveDeploy } from "../../render/deploy-status";

/** Where the operator tells the place of the checkout; git is no place for one machine's paths. */
export const CHECKOUT = "ROLLOUT_CHECKOUT";
/** The commit that the operator wants to migrate from, where it is not the one that is live. */
export const CHECKOUT_COMMIT = "ROLLOUT_CHECKOUT_COMMIT";

const GIT_MS = 20_000;

/**
 * The directory of the checkout's commands, once its commit is the one that is live: other code has other migrations.
 * @throws RolloutError NO_CHECKOUT, CHECKOUT_DIFFERS
 */
export async function requireCheckout(
  context: ProviderContext,
  runner: RunnerInput,
): Promise<{ directory: string }> {
  const place = context.environment(CHECKOUT);
  if (place === undefined) {
    throw new RolloutError(
      "NO_CHECKOUT",
      `The migrations run in a checkout of ${runner.renderName ?? "the service"}'s code on this machine, and ${CHECKOUT} does not ` +
        `say where it is: export ${CHECKOUT}=/path/to/the/checkout.`,
    );
  }
  const head = await headOf(context, place);
  const live = context.environment(CHECKOUT_COMMIT) ?? (await liveCommit(context, runner));
  if (live === undefined) {
    context.log(`checkout ${place} is at ${head.slice(0, 10)}; which commit is live is not known`);
  } else if (!head.startsWith(live) && !live.startsWith(head)) {
    throw new RolloutError(
      "CHECKOUT_DIFFERS",
      `${place} is at ${head.slice(0, 10)}, and ${live.slice(0, 10)} is live on ${runner.renderName ?? "the service"}: run ` +
        `\`git -C ${place} checkout ${live.slice(0, 10)}\`, or name the commit that you mean with ${CHECKOUT_COMMIT}.`,
    );
  }
  return { directory: path.join(place, runner.directory ?? ".") };
}

async function headOf(context: ProviderContext, place: string): Promise<string> {
  const argv = ["git", "-C", place, "rev-parse", "HEAD"];
  const result = await context.run({ argv, timeoutMs: GIT_MS }).catch(() => undefined);
  const head = result?.exitCode === 0 ? result.stdout.trim() : "";
  if (/^[0-9a-f]{40,64}$/.test(head)) return head;
  throw new RolloutError(
    "NO_CHECKOUT",
    `${CHECKOUT}=${place} is no git checkout: \`git rev-parse HEAD\` fails there.`,
  );
}

/** The commit that the runner's service runs; undefined where it names no service, or one without a commit, such as one that runs an image. */
async function liveCommit(context: ProviderContext, runner: RunnerInput): Promise<string | undefined> {
  if (runner.renderName === undefined) return undefined;
  const { renderName, serviceId } = runner;
  const service = await context.observed.service({
    renderName,
    ...(serviceId === undefined ? {} : { serviceId }),
  });
  const deploys = await context.observed.deploys(service.id);
  return liveDeploy(deploys)?.commit?.id;
}
