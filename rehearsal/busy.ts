import { createHash } from "node:crypto";
import { availableParallelism, loadavg } from "node:os";

export interface Machine {
  processors: number;
  /** Processes that ran or waited in the last minute, on average; 0 where the system does not tell. */
  load: number;
  /** How much longer a fixed piece of work takes here than at its quickest: 1 is a quiet machine. The ninth of ten. */
  slowdown: number;
}

const PIECES = 60;
/** What config takes. */
const MOST_PERCENT = 1_000;

/** Measures how much else this machine has to do, for half a second or a few. */
export function measureMachine(work: () => void = hashForAWhile, now = () => performance.now()): Machine {
  const times = Array.from({ length: PIECES }, () => {
    const began = now();
    work();
    return now() - began;
  }).sort((a, b) => a - b);
  const [quickest = 1] = times;
  const ninth = times[Math.floor(PIECES * 0.9)] ?? quickest;
  const slowdown = quickest > 0 ? Math.round((ninth / quickest) * 10) / 10 : 1;
  return { processors: availableParallelism(), load: Math.round((loadavg()[0] ?? 0) * 10) / 10, slowdown };
}

/** How far above the baseline response times may be in a rehearsal on this machine, in per cent, before a gate says no. */
export function allowedIncreasePercent({ processors, load, slowdown }: Machine): number {
  const crowding = Math.max(slowdown, load / processors, 1);
  return Math.min(MOST_PERCENT, Math.round(75 * crowding));
}

/** One sentence about what that means; none on a quiet machine. */
export function tellBusy(machine: Machine): string | undefined {
  if (allowedIncreasePercent(machine) <= 150) return undefined;
  const { load, processors, slowdown } = machine;
  return (
    `This machine is busy (load ${load} on ${processors} processors; the same work takes up to ${slowdown} times as long): ` +
    `the rehearsal takes longer, and response times may be ${allowedIncreasePercent(machine)} % above the baseline before a gate says no.`
  );
}

function hashForAWhile(): void {
  const hash = createHash("sha256");
  const block = Buffer.alloc(65_536);
  for (let n = 0; n < 40; n += 1) hash.update(block);
  hash.digest();
}
