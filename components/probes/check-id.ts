/**
 * What a check is about, from its id: `health shop` is about "health", `smoke 03-orders` about "smoke". An id is the kind, a space, and
 * whose; some kinds need no more (`team`).
 */
export function kindOfCheck(id: string): string {
  const [kind = ""] = id.split(" ", 1);
  return kind;
}
