import type { ConsentVerdict } from "./consent";

/** A migration that is applied and no longer wanted. */
export interface SurplusMigration {
  id: string;
  rollbackLoses: string;
}

export interface SurplusVerdict {
  /** Newest first. */
  rollback: string[];
  /** Why each of the others stays: `keeping <id>: <reason>`. Newest first. */
  keep: { id: string; reason: string }[];
}

/**
 * What becomes of applied migrations that are no longer wanted: kept, unless a consent that counts names them. An older one
 * does not go while a newer one, which may build on it, stays; and a runner that can only roll back all of them needs a
 * consent for each.
 * @param surplus in order of application.
 * @param consentFor what the consent of one of them is worth; undefined where there is none.
 */
export function judgeSurplus(
  surplus: readonly SurplusMigration[],
  consentFor: (id: string) => ConsentVerdict | undefined,
  { allOrNothing }: { allOrNothing: boolean },
): SurplusVerdict {
  const judged = surplus.toReversed().map(({ id, rollbackLoses }) => {
    const consent = consentFor(id);
    const loses = `rolling it back ${wouldLose(rollbackLoses)}`;
    if (consent === undefined) return { id, refusal: loses };
    return { id, refusal: consent.counts ? undefined : `${loses}, and ${consent.reason}` };
  });
  const refused = judged.filter(({ refusal }) => refusal !== undefined).map(({ id }) => id);
  if (allOrNothing && refused.length > 0) {
    const reason = `the runner rolls back all or nothing, and ${refused.join(", ")} is kept`;
    return { rollback: [], keep: judged.map(({ id, refusal }) => ({ id, reason: refusal ?? reason })) };
  }
  const newestKept = judged.findIndex(({ refusal }) => refusal !== undefined);
  const split = newestKept < 0 ? judged.length : newestKept;
  const keep = judged.slice(split).map(({ id, refusal }) => {
    return { id, reason: refusal ?? `the later ${judged[split]?.id ?? ""} is kept` };
  });
  return { rollback: judged.slice(0, split).map(({ id }) => id), keep };
}

/** "drops the tables" → "would drop the tables"; words without a verb follow a colon. */
export function wouldLose(rollbackLoses: string): string {
  const [verb = "", ...rest] = rollbackLoses.split(" ");
  const plain = infinitive(verb);
  return plain === undefined ? `would mean: ${rollbackLoses}` : `would ${[plain, ...rest].join(" ")}`;
}

/** The infinitive of the verbs that a loss is told with; others are left alone rather than bent wrongly. */
function infinitive(verb: string): string | undefined {
  if (
    !/^(drops|loses|removes|deletes|erases|truncates|clears|discards|destroys|empties|changes|resets|restores|reverts)$/.test(
      verb,
    )
  ) {
    return undefined;
  }
  return verb === "empties" ? "empty" : verb.slice(0, -1);
}
