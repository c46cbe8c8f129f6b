import type { DeclaredMigration, RunnerInput } from "./declared";
import type { Execution } from "./executor";
import type { LookedAt } from "./look";

/** The migrations of one phase: all of them are wanted, or none. */
export interface MigrationsInputs {
  /** In order of application. */
  migrations: DeclaredMigration[];
  /** Ids that must be applied; the others are kept unless a consent names them. */
  target: string[];
  /** By id: `acceptDataLoss` of the stack file. */
  consents: Record<string, string>;
  /** By id: the tokens of spent consents; empty where the migrations are wanted. See consents.ts. */
  spendings: Record<string, string>;
  /** Migrations of later phases that are kept although they are not wanted. */
  laterKept?: string[];
  runner: RunnerInput;
  /** What a rollback must not break. */
  services: LookedAt[];
  timeZone: string;
}

export interface MigrationsOutputs extends MigrationsInputs {
  version: 2;
  status: "succeeded" | "failed";
  /** Wholly there, by the database's last word. */
  applied: string[];
  /** Applied, not wanted, kept. */
  kept: string[];
  /** By id: what is missing of those that are only partly there. */
  partly: Record<string, string[]>;
  /** ISO time of the database's last answer; "never" before the first one. */
  askedAt: string;
  /** By id, ISO times: when our update applied it; when we first saw it for one that was there before. */
  appliedAt: Record<string, string>;
  /** By id: the consents that its rollbacks acted on. */
  usedConsents: Record<string, string[]>;
  /** The commands of the last update that ran any. */
  executions: Execution[];
  /** Ids that the last update rolled back. One that is applied all the same was made anew by something, without its rows. */
  rolledBack: string[];
  /** How the last rollback was tried before anything was lost. */
  trials: Trial[];
  /** Changes with every update that touched or looked at the database; the gate is triggered by it. */
  revision: string;
}

/** How a rollback was tried: what it names was made invisible for a moment, and the services were asked meanwhile. */
export interface Trial {
  /** Ids. */
  of: string[];
  verdict: "not needed" | "needed" | "not tried";
  because?: string;
  at: string;
}
