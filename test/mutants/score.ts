import type { Mutant } from "./instrument";

export interface Result extends Mutant {
  status: "Killed" | "Timeout" | "Survived" | "NoCoverage";
  /** The test that noticed, and the hash of its file. */
  by?: string;
  byHash?: string;
}

export interface Score {
  mutants: number;
  killed: number;
  /** 0 to 1, two decimals, never rounded up; 0 where nothing was tried. */
  score: number;
}

/** What counts as noticed. A change after which a test never ends is one; what no test came by counts like what nobody noticed. */
const KILLED: ReadonlySet<Result["status"]> = new Set(["Killed", "Timeout"]);

export function isNoticed({ status }: Pick<Result, "status">): boolean {
  return KILLED.has(status);
}

export function scoreOf(results: readonly Pick<Result, "status">[]): Score {
  const mutants = results.length;
  const killed = results.filter(isNoticed).length;
  return { mutants, killed, score: mutants === 0 ? 0 : Math.floor((100 * killed) / mutants) / 100 };
}
