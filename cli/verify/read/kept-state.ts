import { RolloutError } from "../../../components/errors";
import type { Engine, StoredResource } from "../../engine/port";

/** Reading state costs a process of Pulumi's each time, and it changes only with an update: milliseconds that it serves. */
const STATE_FRESH_MS = 60_000;

/** Milliseconds for Pulumi to come up and read. */
const STATE_WITHIN_MS = 30_000;

/** The state, read again when it is no longer fresh; a read that failed is not kept. */
export function keptState(engine: Engine, elapsed: () => number): () => Promise<StoredResource[]> {
  let kept: { at: number; state: StoredResource[] } | undefined;
  return async () => {
    const at = elapsed();
    if (kept !== undefined && at - kept.at < STATE_FRESH_MS) return kept.state;
    const state = await withinPatience(engine.state());
    kept = { at, state };
    return state;
  };
}

/** @throws RolloutError STATE_TOO_SLOW */
export async function withinPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new RolloutError(
          "STATE_TOO_SLOW",
          `Pulumi did not answer within ${STATE_WITHIN_MS / 1000} s. Next: \`pulumi whoami -v\` says where it looks.`,
        ),
      );
    }, STATE_WITHIN_MS);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}
