import type { Clock } from "../clock";
import type { Faults } from "../faults";
import type { KeyValueSpec, StandInOptions } from "../options";
import type { RuntimeContext } from "../runtime/context";
import type { EnvGroup } from "./env-group";
import type { LogStore } from "./log-store";
import type { Postgres } from "./postgres";
import type { Service } from "./service";

export interface Owner {
  readonly id: string;
  readonly cursor: string;
  readonly name: string;
  readonly email: string;
  readonly type: "team" | "user";
  readonly plan: "hobby" | "pro";
}

export interface Environment {
  readonly id: string;
  readonly cursor: string;
  readonly name: string;
  readonly projectId: string;
  readonly protectedStatus: "protected" | "unprotected";
  readonly serviceIds: readonly string[];
}

export interface Project {
  readonly id: string;
  readonly cursor: string;
  readonly name: string;
  /** Microseconds since 1970. */
  readonly createdAt: number;
  readonly environments: readonly Environment[];
}

export interface Blueprint {
  readonly id: string;
  readonly cursor: string;
  readonly name: string;
  readonly status: string;
  readonly autoSync: boolean;
  /** Microseconds since 1970. */
  readonly lastSync: number;
  readonly services: readonly Service[];
}

export interface KeyValue {
  readonly id: string;
  readonly cursor: string;
  readonly spec: KeyValueSpec;
  /** Microseconds since 1970. */
  readonly createdAt: number;
}

/** What a world is made from, and keeps. */
export interface WorldParts {
  readonly options: StandInOptions;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly logs: LogStore;
  readonly runtime: RuntimeContext;
}

/** All that the routes answer from. */
export interface World extends WorldParts {
  readonly owner: Owner;
  readonly services: readonly Service[];
  readonly postgres: readonly Postgres[];
  /** In the order in which they were made. */
  readonly envGroups: EnvGroup[];
  readonly keyValues: readonly KeyValue[];
  readonly projects: readonly Project[];
  readonly blueprints: readonly Blueprint[];
}

/** The project environment that holds the service, if one does. */
export function environmentOf(world: World, serviceId: string): Environment | undefined {
  return world.projects
    .flatMap(({ environments }) => environments)
    .find(({ serviceIds }) => serviceIds.includes(serviceId));
}
