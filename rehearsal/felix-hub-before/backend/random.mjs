import { createHash } from "node:crypto";

/** Numbers from 0 (included) to 1 (not included), the same ones for the same seed and purpose (mulberry32). */
export function createRandom(seed, purpose) {
  let state = createHash("sha256").update(`${seed}\0${purpose}`).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
