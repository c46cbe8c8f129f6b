import { newCursor, newId } from "../ids";
import { createEnvGroup } from "./env-group";
import { createService } from "./create-service";
import type { Service } from "./service";
import type { Owner, Project, World, WorldParts } from "./world";

/** Everything as it is before the first request; nothing is deployed yet. */
export async function createWorld(parts: WorldParts): Promise<World> {
  const { options, clock } = parts;
  const {
    id = newId("tea"),
    name = "Rehearsal",
    email = "ops@example.com",
    plan = "pro",
  } = options.workspace ?? {};
  const type = id.startsWith("usr-") ? "user" : "team";
  const owner: Owner = { id, cursor: newCursor(), name, email, type, plan };
  const services: Service[] = [];
  for (const spec of options.services) services.push(await createService(parts, owner, spec));
  const named = (wanted: readonly string[]) => wanted.map((each) => requireNamed(services, each));
  return {
    ...parts,
    owner,
    services,
    postgres: (options.postgres ?? []).map((spec) => {
      return { id: `${newId("dpg")}-a`, cursor: newCursor(), spec, createdAt: clock.stamp(), exports: [] };
    }),
    keyValues: (options.keyValue ?? []).map((spec) => {
      return { id: newId("red"), cursor: newCursor(), spec, createdAt: clock.stamp() };
    }),
    envGroups: (options.envGroups ?? []).map((spec) =>
      createEnvGroup({
        name: spec.name,
        ownerId: owner.id,
        createdAt: clock.stamp(),
        envVars: spec.envVars,
        serviceIds: named(spec.services).map((service) => service.id),
      }),
    ),
    projects: (options.projects ?? []).map((spec): Project => {
      const projectId = newId("prj");
      const environments = spec.environments.map((one) => ({
        id: newId("evm"),
        cursor: newCursor(),
        name: one.name,
        projectId,
        protectedStatus: one.protectedStatus ?? "unprotected",
        serviceIds: named(one.services).map((service) => service.id),
      }));
      return { id: projectId, cursor: newCursor(), name: spec.name, createdAt: clock.stamp(), environments };
    }),
    blueprints: (options.blueprints ?? []).map((spec) => ({
      id: newId("exs"),
      cursor: newCursor(),
      name: spec.name,
      status: spec.status ?? "in_sync",
      autoSync: spec.autoSync ?? true,
      lastSync: clock.stamp(),
      services: named(spec.services),
    })),
  };
}

/** @throws Error when there is no service of that name. */
export function requireNamed(services: readonly Service[], name: string): Service {
  const found = services.find(({ spec }) => spec.name === name);
  if (found === undefined) throw new Error(`the stand-in has no service ${name}`);
  return found;
}
