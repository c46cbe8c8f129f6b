import { RolloutError } from "../errors";
import type { Blueprint, Deploy, RenderClient, Service } from "../render/client";
import { machineClocks, type TwoClocks } from "../slept";
import { FRESH_MS } from "./freshness";

/** Names a service as resources do: by its name on Render, and by its id where config gives one. */
export interface ServiceRef {
  renderName: string;
  serviceId?: string;
}

/**
 * What Render has, read once for all resources of a run: reads grow with services and their pages, never with flags.
 * A preview without changes costs one read for all services, and two for each: its variables, its newest deploys;
 * the environment groups cost one more, and one for each that is linked, where a flag is set nowhere and no report tells of it.
 */
export interface Observed {
  service(ref: ServiceRef): Promise<Service>;
  /** Values by key, of the service itself; with what was written through us since it was read. */
  envVars(serviceId: string): Promise<ReadonlyMap<string, string>>;
  /** The newest deploys, newest first. @param freshMs how old the look may be, in milliseconds. */
  deploys(serviceId: string, freshMs?: number): Promise<readonly Deploy[]>;
  /** Render has taken this value: shared reads, those under way included, show it from now on. */
  wrote(serviceId: string, key: string, value: string): void;
  /** The workspace's Blueprints, each with what it manages. */
  blueprints(ownerId: string): Promise<readonly Blueprint[]>;
  /**
   * Values by key, of the environment groups that are linked to a service; a key that they give several values has "".
   * @source Render's documentation, environment groups: a service's own variable goes before a group's.
   */
  groupVars(service: Pick<Service, "id" | "ownerId">): Promise<ReadonlyMap<string, string>>;
  forgetEnvVars(serviceId: string): void;
  forgetDeploys(serviceId: string): void;
}

export function createObserved(
  render: RenderClient,
  options: { workspace?: string; clocks?: TwoClocks; now?: () => number } = {},
): Observed {
  const { now, clocks = now === undefined ? machineClocks : { elapsed: now, wall: now } } = options;
  const age = ageOn(clocks);
  const kept = new Map<string, { age: () => number; value: Promise<unknown> }>();

  function shared<T>(key: string, read: () => Promise<T>, freshMs = FRESH_MS.still): Promise<T> {
    const entry = kept.get(key);
    if (entry !== undefined && entry.age() < freshMs) return entry.value as Promise<T>;
    const value = read();
    const mine = { age: age(), value };
    kept.set(key, mine);
    // A failed read is not an observation: the next one tries again.
    value.catch(() => kept.get(key) === mine && kept.delete(key));
    return value;
  }

  const ownerId = () => shared("workspace", () => workspaceId(render, options.workspace));
  const workspace = () => shared("services", async () => render.firstServices({ ownerId: await ownerId() }));

  return {
    service: (ref) =>
      shared(`service ${ref.serviceId ?? ref.renderName}`, async () => {
        // One list answers for all services of a workspace that is not very large; by itself a service costs a read.
        const { services, complete } = await workspace();
        const found = services.filter((service) => isNamedBy(service, ref));
        const [service] = found;
        if (service !== undefined && found.length === 1 && complete) return service;
        return ref.serviceId === undefined
          ? render.findService({ name: ref.renderName, ownerId: await ownerId() })
          : render.getService(ref.serviceId);
      }),
    blueprints: (owner) =>
      shared(`blueprints ${owner}`, async () => {
        const listed = await render.listBlueprints({ ownerId: owner });
        return Promise.all(listed.map(({ id }) => render.getBlueprint(id)));
      }),
    envVars: (serviceId) =>
      shared(`env-vars ${serviceId}`, async () => {
        const list = await render.listEnvVars(serviceId);
        return new Map(list.map(({ key, value }) => [key, value]));
      }),
    groupVars: async (service) => {
      const listed = await shared(`groups ${service.ownerId}`, () =>
        render.listEnvGroups({ ownerId: service.ownerId }),
      );
      const linked = listed.filter(({ serviceLinks }) => serviceLinks.some(({ id }) => id === service.id));
      const groups = await Promise.all(
        linked.map(({ id }) => shared(`group ${id}`, () => render.getEnvGroup(id))),
      );
      const values = new Map<string, string>();
      for (const { key, value } of groups.flatMap(({ envVars }) => envVars))
        values.set(key, values.has(key) && values.get(key) !== value ? "" : value);
      return values;
    },
    deploys: (serviceId, freshMs = FRESH_MS.moving) =>
      shared(`deploys ${serviceId}`, () => render.listDeploys(serviceId), freshMs),
    wrote: (serviceId, key, value) => {
      const values = kept.get(`env-vars ${serviceId}`)?.value as Promise<Map<string, string>> | undefined;
      // A list that was asked for before the write may come after it, with the old value.
      values?.then(
        (map) => map.set(key, value),
        () => undefined,
      );
    },
    forgetEnvVars: (serviceId) => kept.delete(`env-vars ${serviceId}`),
    forgetDeploys: (serviceId) => kept.delete(`deploys ${serviceId}`),
  };
}

/** What was seen before this machine slept is old, and so is what was seen before somebody set its clock. Milliseconds. */
function ageOn({ elapsed, wall }: TwoClocks): () => () => number {
  return () => {
    const seen = { elapsed: elapsed(), wall: wall() };
    return () => Math.max(elapsed() - seen.elapsed, Math.abs(wall() - seen.wall));
  };
}

function isNamedBy(service: Service, { renderName, serviceId }: ServiceRef): boolean {
  return serviceId === undefined ? service.name === renderName : service.id === serviceId;
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
      `the API key can see: ${names || "none"}. Set workspace in the stack's config to one of these names or ids.`,
  );
}
