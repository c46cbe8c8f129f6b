import type { Clock } from "../../components/probes/ports";

/** For the few tests that measure in real time. */
export const realClock: Clock = { now: () => new Date(), monotonicMs: () => performance.now() };
