import { randomUUID } from "node:crypto";

/** What a flag's revision is as long as Render had the declared value by itself. */
export const ADOPTED = "adopted";

/**
 * A flag's revision, new with every write: when Render had taken it, and something random, as two writes may share a second.
 * Read by {@link writtenAtOf} only; to everything else it is a text that is equal or not.
 */
export function newRevision(at: Date): string {
  return `${at.toISOString()} ${randomUUID().slice(0, 8)}`;
}

/** When a revision was written, on Render's clock; undefined for what was adopted and for revisions of before. */
export function writtenAtOf(revision: string): Date | undefined {
  const written = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) [0-9a-f]{8}$/.exec(revision)?.[1];
  const ms = written === undefined ? Number.NaN : Date.parse(written);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}
