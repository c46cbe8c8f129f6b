import { EnvVars } from "./env-vars";
import { SecretFiles } from "./secret-files";
import { newId } from "../ids";

export interface EnvGroup {
  readonly id: string;
  name: string;
  readonly ownerId: string;
  readonly environmentId?: string;
  /** Microseconds since 1970. */
  readonly createdAt: number;
  updatedAt: number;
  readonly env: EnvVars;
  readonly secretFiles: SecretFiles;
  readonly serviceIds: Set<string>;
}

export function createEnvGroup(parts: {
  name: string;
  ownerId: string;
  createdAt: number;
  envVars: Readonly<Record<string, string>>;
  serviceIds: readonly string[];
  environmentId?: string;
}): EnvGroup {
  const { envVars, serviceIds, ...rest } = parts;
  return {
    id: newId("evg"),
    ...rest,
    updatedAt: parts.createdAt,
    env: new EnvVars(envVars),
    secretFiles: new SecretFiles(),
    serviceIds: new Set(serviceIds),
  };
}

/** The variables that the next deploy or job of a service gets: its own before those of its groups. Of two groups the one made last. */
export function savedEnvironment(
  { envGroups }: { envGroups: readonly EnvGroup[] },
  service: { id: string; env: EnvVars },
): Record<string, string> {
  const linked = envGroups.filter(({ serviceIds }) => serviceIds.has(service.id));
  return Object.assign({}, ...linked.map(({ env }) => env.snapshot()), service.env.snapshot()) as Record<
    string,
    string
  >;
}
