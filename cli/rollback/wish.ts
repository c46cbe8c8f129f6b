import { PHASES, type Phase } from "../../components/config";
import { UsageError } from "../shared/usage-error";

export interface RollbackOptions {
  stack: string;
  full?: boolean;
  partial?: string[];
  migrationsOnly?: boolean;
  to?: string;
  toCommit?: string;
  acceptDataLoss?: string[];
  /** The consents also accept that a rollback is not tried before anything is lost, where nobody can. */
  untried?: boolean;
  yes?: boolean;
  /** Why, for the log. */
  because?: string;
  instructions?: boolean;
  /** With `instructions`: the phase to start from, whatever the file says. */
  from?: string;
  json?: boolean;
}

/** What is to be rolled back: exactly one of the ways. */
export type Wish =
  | { kind: "full" }
  | { kind: "partial"; flags: string[] }
  | { kind: "migrations-only" }
  | { kind: "phase"; phase: Phase }
  | { kind: "commit"; revision: string };

/** @throws UsageError unless the options name one way back. */
export function readWish(options: RollbackOptions): Wish {
  const wishes: Wish[] = [
    ...(options.full === true ? [{ kind: "full" } as const] : []),
    ...(options.partial === undefined
      ? []
      : [{ kind: "partial" as const, flags: [...new Set(options.partial)] }]),
    ...(options.migrationsOnly === true ? [{ kind: "migrations-only" } as const] : []),
    ...(options.to === undefined ? [] : [{ kind: "phase", phase: requirePhase(options.to) } as const]),
    ...(options.toCommit === undefined ? [] : [{ kind: "commit", revision: options.toCommit } as const]),
  ];
  const [wish, ...others] = wishes;
  if (wish === undefined || others.length > 0) {
    throw new UsageError(
      `${wish === undefined ? "say" : "say only one of"} what to roll back: --full, --partial FLAG,FLAG, --migrations-only, --to <phase> or --to-commit <revision>`,
    );
  }
  if (wish.kind === "partial" && wish.flags.length === 0)
    throw new UsageError("--partial needs the flags: --partial FLAG,FLAG");
  return wish;
}

/** The options that ask for the same again, as text. */
export function wishText(wish: Wish): string[] {
  switch (wish.kind) {
    case "full":
      return ["--full"];
    case "partial":
      return ["--partial", wish.flags.join(",")];
    case "migrations-only":
      return ["--migrations-only"];
    case "phase":
      return ["--to", wish.phase];
    case "commit":
      return ["--to-commit", wish.revision];
  }
}

export function requirePhase(written: string, option = "--to"): Phase {
  const phase = PHASES.find((name) => name === written);
  if (phase === undefined)
    throw new UsageError(`${option}: there is no phase "${written}"; the phases are ${PHASES.join(", ")}`);
  return phase;
}
