import { createRandom } from "./random.mjs";

const MEDIAN_MS = 8;
// Right-skewed as real services are: p95 is about twice the median, p99 about three times.
const SIGMA = 0.45;

/** Answers, request by request, with the milliseconds that the work of this request takes by nature: lognormal. */
export function createServiceTimes(seed) {
  const random = createRandom(seed, "service time");
  return () => MEDIAN_MS * Math.exp(SIGMA * standardNormal(random));
}

/** Box–Muller. */
function standardNormal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
