import type { RenderStandIn } from "./render/server";

/** Everything outside the program: the stand-ins, and the hands of other people in them. */
export interface World {
  render: RenderStandIn;
  serviceCount: number;
  /** Config of a stack that runs against this world; no secrets. */
  stackConfig(): Record<string, unknown>;
  /** What the operator's shell exports. */
  env(): Record<string, string>;
  /** By the services' own word where they report, else by what they were last deployed with. */
  flagsLive(): Promise<Record<string, boolean>>;
  migrationsApplied(): Promise<string[]>;
  /** On Render's clock, with users at work. */
  passTime(minutes: number): Promise<void>;
  /** What stands in the operators' chat, oldest first. */
  messages(): readonly string[];
  /** Date on Render's clock in the stack's time zone, `YYYY-MM-DD`. */
  today(): string;
  /** From the next deploy on, while this flag is on, the backend is unhealthy, four times as slow, or fails every fifth request. */
  breakFlag(flag: string, how?: "unhealthy" | "slow" | "errors"): void;
  mend(): void;
  flipInDashboard(service: string, flag: string, value: string): void;
  stop(): Promise<void>;
}

/** A bug as the sample backend understands it. */
export function faultOf(flag: string, how: "unhealthy" | "slow" | "errors") {
  switch (how) {
    case "unhealthy":
      return { flag, kind: how } as const;
    case "slow":
      return { flag, kind: how, percent: 300 } as const;
    case "errors":
      return { flag, kind: how, rate: 0.2 } as const;
  }
}
