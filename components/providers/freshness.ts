/**
 * How long a look that several resources share may serve, in milliseconds: one preview's worth. An engine starts its provider anew
 * for each preview and update, so this bounds only how old a look may become within one; see docs/decisions/shared-reads.md.
 */
export const FRESH_MS = {
  /** What changes while an update runs: deploys, reports, the schema. */
  moving: 10_000,
  /** What only people change: services, variables, Blueprints. */
  still: 60_000,
};
