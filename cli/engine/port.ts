import type { EngineEvent } from "@pulumi/pulumi/automation";

import type { Trouble } from "./troubles";

export type { EngineEvent };

/** What recipes need of Pulumi; cli/engine/automation.ts does it for real, tests do it with recorded events. */
export interface Engine {
  /** One sentence: which executable runs. */
  readonly about: string;
  /** Shows what an update would do; changes nothing. */
  preview(watch?: Watch): Promise<EngineRun>;
  /** Makes things as the stack's files declare them, without a preview of its own. */
  up(watch?: Watch): Promise<EngineRun>;
  /** Compares state with what is really there; changes nothing, not even state. */
  previewRefresh(watch?: Watch): Promise<EngineRun>;
  /** What the last update stored. */
  state(): Promise<StoredResource[]>;
  /** Frees a stack whose update died. */
  cancel(): Promise<void>;
  /** A secret of the stack, or undefined where it has none of that name. */
  secret(key: string): Promise<string | undefined>;
  /** The stack's earlier updates; only commands that tell of them need it. */
  past?: Past;
}

/** What Pulumi remembers of a stack. */
export interface Past {
  /** Every update as Pulumi tells it, newest first; secrets are closed. */
  updates(): Promise<unknown[]>;
  /**
   * By place, oldest update first: the state that each left; undefined where the backend does not keep it.
   * @param updates as {@link updates} gave them.
   */
  states(updates: readonly unknown[]): Promise<(StoredResource[] | undefined)[]>;
}

export interface Watch {
  /** Kept in the stack's history; only of an update. */
  message?: string;
  onEvent?: (event: EngineEvent) => void;
  /** Aborting asks the engine to stop behind its running steps. */
  signal?: AbortSignal;
  /** The stack file to read instead of the one in the checkout; for previews and updates. */
  configFile?: string;
}

/** One operation as it went. It ends by answering, not by throwing, whatever Pulumi had to say. */
export interface EngineRun {
  ok: boolean;
  events: EngineEvent[];
  /** What Pulumi printed on stderr. */
  output: string;
  /** What went wrong, worded, and the way out. Absent where it went well. */
  trouble?: Trouble;
  seconds: number;
}

/** A resource as state has it; secrets are closed. */
export interface StoredResource {
  /** Last part of the type: `FeatureFlag`, `Deploy`, `Migrations`, `Gate`, `Command`. */
  kind: string;
  name: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}
