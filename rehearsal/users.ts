import type { RenderStandIn } from "./render/server";

/** Enough for a rate of one per cent to be seen. */
const REQUESTS = 132;
const FEWEST_STEPS = 12;
/** A free service sleeps after a quarter of an hour; users come more often than that. */
const LONGEST_STEP_MINUTES = 10;

/**
 * Lets time pass on Render's clock while users go on with their work: without them there would be no metrics to judge a
 * soak by, and a gate that knows nothing stays shut.
 * @param addresses what users ask for.
 */
export async function passTimeWithUsers(
  render: RenderStandIn,
  minutes: number,
  addresses: readonly string[],
): Promise<void> {
  const steps = Math.max(FEWEST_STEPS, Math.ceil(minutes / LONGEST_STEP_MINUTES));
  const each = Math.max(1, Math.round(REQUESTS / steps));
  for (let step = 0; step < steps; step++) {
    render.clock.advance((minutes * 60_000) / steps);
    const asked = Array.from(
      { length: each },
      (_, n) => addresses[(step * each + n) % addresses.length] ?? "",
    );
    await Promise.all(asked.map(ask));
  }
}

/** What users meet is on record at Render; here nobody looks. */
async function ask(address: string): Promise<void> {
  await fetch(address, { signal: AbortSignal.timeout(30_000) })
    .then((response) => response.arrayBuffer())
    .catch(() => undefined);
}
