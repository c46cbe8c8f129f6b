import { RolloutError } from "../../components/errors";

/** One source that was asked, and what came of it. Keys are those of `--json`. */
export interface Finding {
  about: "engine" | "key" | "service" | "runner" | "database" | "path" | "page" | "team" | "clock";
  name: string;
  /** `mend`: a rollout would stop, or go wrong, by it. `look`: somebody should know. `not-asked`: nothing is known. */
  result: "ok" | "look" | "mend" | "not-asked";
  found: string;
  /** The way out; null where none is needed. */
  next: string | null;
}

export function fine(about: Finding["about"], name: string, found: string): Finding {
  return { about, name, result: "ok", found, next: null };
}

/** What a failure says of a source: an error that an operator can read becomes a finding, a mistake of ours does not. */
export async function found(
  about: Finding["about"],
  name: string,
  look: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    const [what = "", next] = error.message.split(/\s*\bNext: /);
    return [{ about, name, result: "mend", found: what, next: next ?? null }];
  }
}
