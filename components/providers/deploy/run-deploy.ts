import {
  classifyDeployStatus,
  findQueuedDeploy,
  type CreateDeployBody,
  type Deploy,
  type Service,
} from "../../render/client";
import { RolloutError } from "../../errors";
import type { ProviderContext } from "../context";
import { clearTheWay, type Cleared } from "./clear-the-way";
import { describeFailure } from "./failure";
import { usualDeployMs } from "./poll-pace";
import { maySleep } from "../wake";
import { waitForDeploy } from "./wait";
import { whatShips } from "./what-ships";
import { watchHealth, type ZeroDowntime } from "./zero-downtime";

export interface DeployRun {
  deployId: string;
  liveAt: string;
  /** How the flags reached the service without new code. */
  how: string;
  cleared: Cleared[];
  /** Set when somebody's later deploy became live in our place: it has our variables, being created after them. */
  supersededBy?: string;
  zeroDowntime: ZeroDowntime;
}

export interface DeployRequest {
  healthUrl: string | undefined;
  budgetMs: number;
  /** A value that is built into the code changes. */
  build: boolean;
}

/**
 * Brings the variables that are set on Render into what runs, once, and waits until that is live.
 * A flag flip never ships code: see what-ships.ts.
 * @throws RolloutError DEPLOY_NOT_LIVE with Render's reason, the end of the log and what still serves.
 * @source Render API reference, "Create deploy": deployMode, commitId.
 */
export async function runDeploy(
  context: ProviderContext,
  request: DeployRequest,
  service: Service,
): Promise<DeployRun> {
  const budget = startBudget(context, request.budgetMs);
  if (service.suspended === "suspended") {
    throw new RolloutError(
      "SERVICE_SUSPENDED",
      `${service.name} is suspended on Render, so a deploy would not become live. Resume it (${service.dashboardUrl ?? "dashboard"}) and run the update again.`,
    );
  }
  const { cleared, known, live, deploys } = await clearTheWay(context, service, budget());
  const { body, how, usual } = whatShips({ service, deploys, live, build: request.build });
  if (!usual) context.log(`${service.name}: ${how}`);
  context.observed.forgetDeploys(service.id);
  const watch = watchHealth(context, request.healthUrl, maySleep(service));
  try {
    const started = await startDeploy(context, service, body, known, budget());
    const justStarted = { usualMs: usualDeployMs(deploys) };
    const ended = await waitForDeploy(context, {
      service,
      deployId: started,
      budgetMs: budget(),
      justStarted,
    });
    const final = await successor(context, service, ended, budget());
    const zeroDowntime = await watch.stop();
    if (classifyDeployStatus(final.status) !== "live") {
      throw new RolloutError("DEPLOY_NOT_LIVE", await describeFailure(context, service, final, live));
    }
    const liveAt = final.finishedAt ?? (await context.now()).toISOString();
    const supersededBy = final.id === started ? {} : { supersededBy: final.id };
    return { deployId: started, liveAt, how, cleared, ...supersededBy, zeroDowntime };
  } finally {
    await watch.stop();
  }
}

function startBudget(context: ProviderContext, totalMs: number): () => number {
  const start = context.elapsed();
  return () => Math.max(0, totalMs - (context.elapsed() - start));
}

/** POSTs once. A 202 without an id, and an answer that got lost, are looked up in the list of deploys. */
async function startDeploy(
  context: ProviderContext,
  service: Service,
  body: CreateDeployBody,
  known: ReadonlySet<string>,
  budgetMs: number,
): Promise<string> {
  const postedAt = await context.now();
  let lost: unknown;
  try {
    const answer = await context.render.createDeploy(service.id, body);
    if (answer.kind === "created") return answer.deploy.id;
  } catch (error) {
    if (!(error instanceof RolloutError) || error.code !== "RENDER_ANSWER_LOST") throw error;
    lost = error;
  }
  context.log(
    `${service.name}: ${lost === undefined ? "Render queued the deploy without naming it" : "the answer got lost"}; looking it up`,
  );
  const deadline = context.elapsed() + Math.min(budgetMs, 60_000);
  do {
    const ours = findQueuedDeploy(await context.render.listDeploys(service.id), { known, postedAt });
    if (ours !== undefined) return ours.id;
    await context.sleep(1_000);
  } while (context.elapsed() < deadline);
  throw new RolloutError(
    "DEPLOY_NOT_FOUND",
    `${service.name}: Render ${lost === undefined ? "accepted a deploy" : "was sent a deploy"} but lists none that is ours after a minute. ` +
      `Nothing else was changed; run the update again.`,
  );
}

/**
 * A deploy of ours that another one replaced or pushed aside: the later one was created after our variables were
 * written, so it has them; it is waited for. Only a rollback does not: it runs with the variables of its target.
 */
async function successor(
  context: ProviderContext,
  service: Service,
  ended: Deploy,
  budgetMs: number,
): Promise<Deploy> {
  const superseded = classifyDeployStatus(ended.status) === "superseded" || ended.status === "canceled";
  if (!superseded) return ended;
  const later = (await context.render.listDeploys(service.id)).filter(
    ({ createdAt, id, trigger }) =>
      id !== ended.id && Date.parse(createdAt) > Date.parse(ended.createdAt) && trigger !== "rollback",
  );
  const next = later.find(({ status }) => ["live", "running"].includes(classifyDeployStatus(status)));
  if (next === undefined) return ended;
  context.log(
    `${service.name}: deploy ${ended.id} was replaced by ${next.id} (${next.trigger ?? "unknown trigger"})`,
  );
  return waitForDeploy(context, { service, deployId: next.id, budgetMs });
}
