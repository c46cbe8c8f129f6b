import type { Deploy, Service } from "../../render/client";
import type { ProviderContext } from "../context";

const LOG_LINES = 8;
const LINE_LENGTH = 200;

/**
 * Why a deploy did not become live, in the words an operator needs: Render's reason, the end of the log, what still
 * serves. Each part that cannot be read is left out: the failure itself is what matters.
 */
export async function describeFailure(
  context: ProviderContext,
  service: Service,
  deploy: Deploy,
  live: Deploy | undefined,
): Promise<string> {
  const [reason, tail] = await Promise.all([
    readReason(context, service, deploy).catch(() => undefined),
    readLogTail(context, service, deploy).catch(() => [] as string[]),
  ]);
  return [
    `${service.name}: deploy ${deploy.id} ended as ${deploy.status}${reason === undefined ? "" : `: ${reason}`}.`,
    live === undefined
      ? "No deploy of this service is live."
      : `Deploy ${live.id} is still live, with the variables it was started with.`,
    ...(tail.length > 0 ? ["Last lines of the log:", ...tail.map((line) => `  ${line}`)] : []),
    `Next: see ${service.dashboardUrl ?? "Render's dashboard"}, or go back to the prior config and run the update again.`,
  ].join("\n");
}

async function readReason(
  context: ProviderContext,
  service: Service,
  deploy: Deploy,
): Promise<string | undefined> {
  const events = await context.render.listEvents(service.id, { types: ["deploy_ended"], limit: 20 });
  const ended = events.find(({ details }) => details["deployId"] === deploy.id);
  return ended === undefined ? undefined : words(ended.details["reason"]);
}

/** Render's reasons are objects whose one key says what went wrong, with details below it. */
function words(reason: unknown): string | undefined {
  if (typeof reason === "string") return reason;
  if (typeof reason !== "object" || reason === null) return undefined;
  const parts = Object.entries(reason)
    .filter(([, value]) => value !== null && value !== undefined && value !== false)
    .map(([key, value]) => {
      const inner = words(value);
      return inner !== undefined ? `${key} (${inner})` : typeof value === "number" ? `${key} ${value}` : key;
    });
  return parts.length === 0 ? undefined : parts.join(", ");
}

async function readLogTail(context: ProviderContext, service: Service, deploy: Deploy): Promise<string[]> {
  const lines = await context.render.listLogs({
    ownerId: service.ownerId,
    resource: service.id,
    startTime: deploy.createdAt,
    direction: "backward",
    limit: LOG_LINES,
  });
  return lines
    .slice(0, LOG_LINES)
    .reverse()
    .map(({ message }) => context.redact(message).slice(0, LINE_LENGTH));
}
