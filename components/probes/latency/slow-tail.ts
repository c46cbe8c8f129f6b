import { quantileSorted } from "simple-statistics";
import { upperTail } from "./rank-test";
import type { Distribution } from "./distribution";

/** A rank test hardly sees it when one request in twenty gets ten times slower. This does, and asks for a look (`warn`). */
export interface SlowTail {
  /** Share of the candidate's times, in per cent, beyond the baseline's 95th percentile times the allowed increase. */
  beyondPercent: number;
  /** Chance of so many if the tail had not become slower than allowed (then it is 5 % at most). */
  pUnchanged: number;
  /** `pUnchanged` is below 0.001. */
  slower: boolean;
}

/** @param pairs non-empty on both sides, one for each endpoint; @param factor 1.1 allows 10 % more. */
export function slowTail(
  pairs: readonly { before: Distribution; after: readonly number[] }[],
  factor: number,
): SlowTail {
  let beyond = 0;
  let after = 0;
  let before = 0;
  for (const pair of pairs) {
    const limitMs = quantileSorted(pair.before.sortedMs, 0.95) * factor;
    beyond += pair.after.filter((ms) => ms > limitMs).length;
    after += pair.after.length;
    before += pair.before.n;
  }
  const share = beyond / after;
  // Both the candidate's share and the baseline's percentile are estimates.
  const spread = Math.sqrt(0.05 * 0.95 * (1 / after + 1 / before));
  const pUnchanged = upperTail((share - 0.05) / spread);
  return {
    beyondPercent: Math.round(share * 1000) / 10,
    pUnchanged: Number(pUnchanged.toPrecision(3)),
    slower: pUnchanged < 0.001,
  };
}
