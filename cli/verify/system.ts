import type { Expectation, Reports, Service, StackConfig } from "../../components/config";
import type { MigrationReading } from "../../components/database";
import type { Plan } from "../../components/plan/plan";
import type { CheckResult } from "../../components/probes/verdict";
import type { GatePage } from "../../components/providers/gate/inputs";
import type { Baseline } from "../../components/probes/latency/judge-endpoints";
import type { Outlook } from "./read/outlook";

/** What is to be verified, and what is known of how it should be. */
export interface System {
  /** Absent where only addresses were given. */
  stack?: string;
  services: VerifiedService[];
  /** For times that people read; without a stack this machine's own. */
  timeZone?: string;
  /** Milliseconds by which Render's clock is ahead of this machine's; absent where it is not known. */
  clockAheadMs?: number;
  /** Where the rollout stands; absent where state was not read. */
  outlook?: Outlook;
  thresholds: StackConfig["thresholds"];
  baseline?: Baseline;
  /** Where there is no baseline: why, or how to get one. */
  noBaseline?: string;
  /** Absent where config knows none, or nothing is declared. */
  migrations?: {
    target: string[];
    inState: MigrationsInState;
    /** What the database itself shows, by migration. */
    shown: Record<string, MigrationReading>;
  };
  /** The catalogue's pages of the phases reached; absent where it names none, or no stack was named. */
  pages?: VerifiedPage[];
  /** What could not be asked, and why; a sentence each. */
  notes: string[];
}

/** A page as gates open it: what must be visible follows from which flags are declared on. */
export type VerifiedPage = GatePage;

/** What the last update stored, which is not what the database says now. */
export type MigrationsInState =
  { known: true; applied: string[] } | { known: false; why: "not-read" | "no-update-yet" };

/** A service as `verify` looks at it. */
export interface VerifiedService {
  /** On Render. */
  name: string;
  kind: Service["kind"];
  /** Undefined where neither the command line nor config nor Render names an address. */
  url?: string;
  healthPath: string;
  /** A free instance that nobody has asked or deployed lately: it may be asleep, and then it is woken first. */
  mayBeAsleep?: boolean;
  healthExpect?: Record<string, Expectation>;
  /** How the service reports its flags; absent where the catalogue says nothing. */
  reports?: Reports;
  /** Where it cannot report them: what Render says of them instead; absent where Render was not asked. */
  byRender?: Pick<CheckResult, "verdict" | "summary">;
  endpoints: string[];
  /** Flags of the catalogue, in its order. */
  flags: VerifiedFlag[];
}

export interface VerifiedFlag {
  key: string;
  /** Absent without a stack: nothing is declared then. */
  declared?: "true" | "false";
  /**
   * Absent where Render was not to be asked; `unknown` where it did not tell. A value that is no truth value is `other` and
   * goes no further: it may be anything, a secret too.
   */
  onRender?: "true" | "false" | "other" | "unknown";
}

/** Looks again each time: flags, state and the stack's files change while somebody watches. */
export type ReadSystem = () => Promise<System>;

type CatalogueService = StackConfig["services"][number];

/** A service as config describes it, without what is known of it from elsewhere. */
export function shapeOf({
  renderName,
  kind,
  healthPath,
  healthExpect,
  reports,
  endpoints = [],
}: CatalogueService): Omit<VerifiedService, "flags"> {
  return {
    name: renderName,
    kind,
    healthPath,
    ...(healthExpect === undefined ? {} : { healthExpect }),
    ...(reports === undefined ? {} : { reports }),
    endpoints,
  };
}

/** By flag of a service: the value that the plan wants. */
export function expectsOf({ deploys }: Plan, { key }: CatalogueService): Record<string, "true" | "false"> {
  return deploys.find((deploy) => deploy.serviceKey === key)?.expects ?? {};
}
