/**
 * Runs one request under a deadline and the caller's own signal.
 *
 * Not `AbortSignal.any([signal, AbortSignal.timeout(ms)])`: on Node 20 such a combined signal can be collected as garbage before it
 * fires, and the request would wait for ever.
 *
 * @param timeoutMs for the whole of `request`, its body included.
 * @throws whatever `request` throws; `wasLate()` then says whether the deadline was the reason.
 */
export async function withDeadline<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  request: (signal: AbortSignal, wasLate: () => boolean) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, timeoutMs);
  const giveUp = () => {
    controller.abort();
  };
  if (signal?.aborted) giveUp();
  signal?.addEventListener("abort", giveUp, { once: true });
  try {
    return await request(controller.signal, () => late);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}
