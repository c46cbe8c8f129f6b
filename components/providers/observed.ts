import { RolloutError } from "../errors";
import type { Deploy, RenderClient, Service } from "../render/client";

/** How long a shared read may serve, in milliseconds: one preview's worth, so that a later update looks again. */
const FRESH_MS = 10_000;

/** Names a service as resources do: by its name on Render, and by its id where config gives one. */
export interface ServiceRef {
  service: string;
  serviceId?: string;
}

/**
 * What Render has, read once for all resources of a run: a preview without changes costs three reads a service
 * (the service, its variables, its newest deploys) however many flags it has. Effects do not use it: they look again.
 */
export interface Observed {
  service(ref: ServiceRef): Promise<Service>;
  /** Values by key, of the service itself. */
  envVars(serviceId: string): Promise<ReadonlyMap<string, string>>;
  /** The newest deploys, newest first. */
  deploys(serviceId: string): Promise<readonly Deploy[]>;
  forgetEnvVars(serviceId: string): void;
  forgetDeploys(serviceId: string): void;
}

export function createObserved(
  render: RenderClient,
  options: { workspace?: string; now?: () => number } = {},
): Observed {
  const now = options.now ?? Date.now;
  const kept = new Map<string, { at: number; value: Promise<unknown> }>();

  function shared<T>(key: string, read: () => Promise<T>): Promise<T> {
    const entry = kept.get(key);
    if (entry !== undefined && now() - entry.at < FRESH_MS) return entry.value as Promise<T>;
    const value = read();
    kept.set(key, { at: now(), value });
    // A failed read is not an observation: the next one tries again.
    value.catch(() => kept.delete(key));
    return value;
  }

  const ownerId = () => shared("workspace", () => workspaceId(render, options.workspace));

  return {
    service: ({ service, serviceId }) =>
      shared(`service ${serviceId ?? service}`, async () =>
        serviceId === undefined
          ? render.findService({ name: service, ownerId: await ownerId() })
          : render.getService(serviceId),
      ),
    envVars: (serviceId) =>
      shared(`env-vars ${serviceId}`, async () => {
        const list = await render.listEnvVars(serviceId);
        return new Map(list.map(({ key, value }) => [key, value]));
      }),
    deploys: (serviceId) => shared(`deploys ${serviceId}`, () => render.listDeploys(serviceId)),
    forgetEnvVars: (serviceId) => kept.delete(`env-vars ${serviceId}`),
    forgetDeploys: (serviceId) => kept.delete(`deploys ${serviceId}`),
  };
}

/** Config names a workspace by its name or its id (`tea-…`, `usr-…`); without one all that the key can see count. */
async function workspaceId(render: RenderClient, workspace: string | undefined): Promise<string | undefined> {
  if (workspace === undefined || /^(tea|usr)-/.test(workspace)) return workspace;
  const owners = await render.listOwners();
  const found = owners.filter(({ name }) => name === workspace);
  if (found.length === 1) return found[0]?.id;
  const names = owners.map(({ name, id }) => `${name} (${id})`).join(", ");
  throw new RolloutError(
    "WORKSPACE_UNKNOWN",
    `workspace: ${found.length === 0 ? "no" : "more than one"} workspace is called "${workspace}"; ` +
      `the API key can see: ${names || "none"}. Set felix-hub-rollout:workspace to one of these names or ids.`,
  );
}
