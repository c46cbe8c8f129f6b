import type { Phase } from "../config/phases";
import type { Service } from "../config/types";
import type { PlannedDatabase } from "./migration-groups";

/** What one stack's config asks for: the resources to make, their order, and what each must be told. Plain JSON. */
export interface Plan extends PlannedDatabase {
  project: string;
  stack: string;
  phase: Phase;
  /** In the catalogue's order, on and off alike. */
  flags: PlannedFlag[];
  /** One for each service, also for one without flags. */
  deploys: PlannedDeploy[];
  /** One for each phase up to the current one, which is the last and the only open one. */
  gates: PlannedGate[];
  /** Ids of everything above, in an order in which each stands behind all that it depends on. */
  nodes: string[];
  edges: Edge[];
}

export interface PlannedFlag {
  id: `flag:${string}`;
  key: string;
  serviceKey: string;
  phase: Phase;
  purpose: string;
  on: boolean;
  /** What the environment variable holds. */
  value: "true" | "false";
  reason: "phase reached" | "phase not reached" | "held";
  requires: string[];
  /** What an absent variable means, where config says it. */
  unset?: "on" | "off" | "unknown";
}

export interface PlannedDeploy {
  id: `deploy:${string}`;
  serviceKey: string;
  renderName: string;
  kind: Service["kind"];
  /** By key: the values that the service must run with. */
  expects: Record<string, "true" | "false">;
  /** Keys whose values are built into the code: a change of one needs a build. */
  buildTime: string[];
}

export interface PlannedGate {
  id: `gate:${Phase}`;
  /** Name of the resource. */
  name: `gate-${Phase}`;
  phase: Phase;
  state: "open" | "closed";
  /** The system had passed this phase before the rollout took over (`adopt`): the gate may be made closed. */
  adopted: boolean;
  soakSeconds: number;
}

/** `from` must hold before anything is done about `to`. Both are ids of nodes. */
export interface Edge {
  from: string;
  to: string;
}
