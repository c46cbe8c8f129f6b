/** Mulberry32: the same numbers for the same seed, on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Service times as servers have them: lognormal, median 9 ms, sigma 0.35, and one in fifty eight times as long. */
export function serviceTime(
  random: () => number,
  { medianMs = 9, sigma = 0.35, outliers = 0.02 } = {},
): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return medianMs * Math.exp(sigma * normal) * (random() < outliers ? 8 : 1);
}

export function serviceTimes(
  count: number,
  random: () => number,
  shape?: { medianMs?: number; sigma?: number },
) {
  return Array.from({ length: count }, () => serviceTime(random, shape));
}
