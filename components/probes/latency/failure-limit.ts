/** How "at once" is decided, and how sure it is. */
export interface StopRule {
  /** Share (0 to 1) of wrong answers that a healthy system may have. */
  healthyRate: number;
  /** Share from which the system counts as broken; a little above the threshold, so that the threshold itself is crossed. */
  brokenRate: number;
  /** Chance that a system at `healthyRate` is ever stopped by mistake, however many samples are taken. */
  mistakeChance: number;
}

export const defaultStopRule: StopRule = { healthyRate: 0.01, brokenRate: 0.06, mistakeChance: 0.01 };

/**
 * The number of failures at which sampling stops, after so many requests: it grows with the requests.
 *
 * This is the upper line of Wald's sequential probability ratio test. As the likelihood ratio is a martingale, looking after every
 * single sample costs nothing (Ville's inequality): a system at or below `healthyRate` crosses the line, ever, with a chance of at most
 * `mistakeChance`. With the defaults: 3 failures among the first 17 requests, 4 among 53, 5 among 89. So one or two blips
 * never stop anything, and a 6 % breakage is stopped after about 90 requests on average.
 *
 * @source Wald, "Sequential tests of statistical hypotheses" (1945).
 */
export function failureLimit(requests: number, rule: StopRule = defaultStopRule): number {
  const { healthyRate, brokenRate, mistakeChance } = rule;
  const perFailure = Math.log(brokenRate / healthyRate);
  const perSuccess = Math.log((1 - brokenRate) / (1 - healthyRate));
  const line = Math.log(1 / mistakeChance);
  return Math.ceil((line - requests * perSuccess) / (perFailure - perSuccess) - 1e-9);
}
