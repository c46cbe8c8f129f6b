/** One line of what the software could check after a rollback. */
export interface Verified {
  /** What it is about: `values` (on Render), `live`, `gate`, `schema`, or the kind of the gate's check. */
  about: string;
  /** For people. */
  what: string;
  /** `open`: it cannot be told. */
  result: "yes" | "no" | "open";
  found: string;
}
