import { errorFunction, wilcoxonRankSum } from "simple-statistics";

/** One endpoint's times, measured before and after. */
export interface Stratum {
  reference: readonly number[];
  candidate: readonly number[];
}

export interface RankTest {
  /** Positive when the candidate's times rank higher (slower) than the reference's. */
  z: number;
  /** Chance of ranks this high if the candidate were no slower than the reference. Small: it is slower. */
  pSlower: number;
  /** Chance of ranks this low if the candidate were no faster than the reference. Small: it is faster. */
  pFaster: number;
}

/**
 * Wilcoxon rank-sum test (= Mann–Whitney U), normal approximation with tie correction, over one or more strata.
 *
 * With several strata (endpoints) it is van Elteren's test: ranks are taken within each stratum only, so that a fast and a slow
 * endpoint are never compared with each other, and a stratum of N times counts with the weight 1 / (N + 1). With one
 * stratum it is the plain rank-sum test. Strata with an empty side say nothing and are left out.
 *
 * @source van Elteren (1960); tie correction as in Lehmann, "Nonparametrics", 1.4. The p-values come from `errorFunction` (good
 * to 1e-7), as simple-statistics' normal table ends at 3.09 and has four digits.
 */
export function rankTest(strata: readonly Stratum[]): RankTest {
  let surplus = 0;
  let variance = 0;
  for (const { reference, candidate } of strata) {
    const m = candidate.length;
    const n = reference.length;
    if (m === 0 || n === 0) continue;
    const total = m + n;
    const weight = 1 / (total + 1);
    const rankSum = wilcoxonRankSum([...candidate], [...reference]);
    surplus += weight * (rankSum - (m * (total + 1)) / 2);
    variance += weight ** 2 * ((m * n) / 12) * (total + 1 - tieTerm([...candidate, ...reference]));
  }
  // Every time equal, or nothing to compare: no evidence in either direction.
  if (variance <= 0) return { z: 0, pSlower: 1, pFaster: 1 };
  const z = surplus / Math.sqrt(variance);
  return { z, pSlower: upperTail(z), pFaster: upperTail(-z) };
}

/** Chance that a standard normal value is at least `z`. */
export function upperTail(z: number): number {
  return 0.5 * (1 - errorFunction(z / Math.SQRT2));
}

function tieTerm(pooled: number[]): number {
  const counts = new Map<number, number>();
  for (const value of pooled) counts.set(value, (counts.get(value) ?? 0) + 1);
  let cubes = 0;
  for (const ties of counts.values()) cubes += ties ** 3 - ties;
  return cubes / (pooled.length * (pooled.length - 1));
}
