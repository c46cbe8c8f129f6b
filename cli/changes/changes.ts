/** What an update would do, read from a preview's events. Plain data, so that it can be written as text, Markdown or JSON. */
export interface Changes {
  flags: FlagChange[];
  /** Services that get a deploy, by their name on Render. */
  deploys: DeployChange[];
  migrations: {
    applies: string[];
    /** Of those: of which nobody has asked the database yet, so that they may be there already. */
    unasked?: string[];
    rollsBack: RolledBack[];
    keeps: { id: string; reason: string }[];
  };
  /** Names of backups that are made. */
  backups: string[];
  gates: GateChange[];
  /** Why the update is refused, in the words of whoever refuses. Empty when it may go on. */
  refusals: string[];
  /** What somebody changed by hand; the update would put it back. Sentences. */
  drift: string[];
  warnings: string[];
  /** Changes of resources that are none of the above, as an operator reads it. */
  others: string[];
  unchanged: number;
  /** What that is, by name; absent where nobody looked. */
  unchangedNames?: string[];
}

export interface FlagChange {
  key: string;
  /** Name on Render. */
  renderName: string;
  /** What the last update declared; absent for a flag that is new to the rollout. */
  from?: string;
  to: string;
  /** What Render has now, in words, where it was looked at: `"true"`, `absent`. */
  onRender?: string;
}

/** Somebody else changed it: its declared value stays, and Render has another one. */
export function isPutBack({ from, to, onRender }: FlagChange): boolean {
  return from === to && onRender !== undefined;
}

/** New to the rollout, and Render has another value than declared: the first update overwrites what somebody set. */
export function isOverwritten(flag: FlagChange): boolean {
  return flag.from === undefined && flag.onRender !== undefined && !isSetFirst(flag);
}

/** New to the rollout and to Render: nobody has set it, and it goes on. */
export function isSetFirst({ from, to, onRender }: FlagChange): boolean {
  return from === undefined && to === "true" && onRender === "absent";
}

export function flips({ from, to }: FlagChange): boolean {
  return from !== undefined && from !== to;
}

export interface DeployChange {
  renderName: string;
  /** Why, where it is not a flag that flips: sentences. */
  reasons: string[];
}

export interface RolledBack {
  id: string;
  loses: string;
  consent: string;
}

export interface GateChange {
  phase: string;
  change: "closes" | "opens" | "opens again" | "verifies again" | "rebaselines" | "goes" | "taken over";
}

export function isNothing({
  flags,
  deploys,
  migrations,
  backups,
  gates,
  others,
  refusals,
}: Changes): boolean {
  const { applies, rollsBack } = migrations;
  return [flags, deploys, applies, rollsBack, backups, gates, others, refusals].every(
    (list) => list.length === 0,
  );
}
