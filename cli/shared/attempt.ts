import { RolloutError } from "../../components/errors";

/** What an operator can do something about is noted; a mistake of ours is not hidden. */
export async function attempt<T>(
  action: () => T | Promise<T>,
  what: string,
  notes: string[],
): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    notes.push(`${what}: ${error.message}`);
    return undefined;
  }
}
