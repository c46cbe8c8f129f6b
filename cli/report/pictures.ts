import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** A report stays below 1 MB whatever pages look like; bytes of all pictures together. */
const MOST_BYTES = 300_000;

/** By name: pictures that gates kept, as `data:` addresses. Those that are not there, or too large together, are left out. */
export function readPictures(folder: string, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  let left = MOST_BYTES;
  for (const name of names) {
    // A page's name is part of a path here.
    if (!/^[\w.-]+\.jpg$/.test(name)) continue;
    try {
      const { size } = statSync(join(folder, name));
      if (size > left) continue;
      found[name] = `data:image/jpeg;base64,${readFileSync(join(folder, name)).toString("base64")}`;
      left -= size;
    } catch {
      // Nobody kept it here.
    }
  }
  return found;
}
