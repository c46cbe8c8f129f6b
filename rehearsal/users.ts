import type { RenderStandIn } from "./render/server";

/** Enough for a rate of one per cent to be seen. */
const REQUESTS = 132;
const STEPS = 12;

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
  for (let step = 0; step < STEPS; step++) {
    render.clock.advance((minutes * 60_000) / STEPS);
    const asked = Array.from(
      { length: REQUESTS / STEPS },
      (_, index) => addresses[index % addresses.length] ?? "",
    );
    await Promise.all(asked.map(ask));
  }
}

/** What users meet is on record at Render; here nobody looks. */
async function ask(address: string): Promise<void> {
  await fetch(address, { signal: AbortSignal.timeout(5_000) })
    .then((response) => response.arrayBuffer())
    .catch(() => undefined);
}
