import { createHash } from "node:crypto";

import type { HttpProbe } from "../../probes/http";
import { fetchPage } from "../../probes/page-load";

/** What a static site serves: its page and every file that the page names, as one figure. */
export interface ServedBytes {
  hash: string;
  files: number;
}

/** Whether a flip changed what visitors get. `probe: "none"` where nothing was compared: said, not left out. */
export interface Served {
  probe: string;
  /** Flags whose values changed with this deploy. */
  flipped: string[];
  /** Byte for byte the same as before. */
  same: boolean;
  files: number;
}

export const NOT_COMPARED: Served = { probe: "none", flipped: [], same: false, files: 0 };

/** A site's bytes now; undefined where the page or one of its files cannot be had. */
export async function readServedBytes(url: string, probe: HttpProbe): Promise<ServedBytes | undefined> {
  const { page, files } = await fetchPage(url, probe);
  const answers = [page, ...files.map(({ answer }) => answer)];
  const hash = createHash("sha256");
  for (const [index, answer] of answers.entries()) {
    if (!answer.answered || answer.status !== 200) return undefined;
    hash.update(
      `${index === 0 ? "/" : new URL(files[index - 1]?.url ?? url).pathname}\n${answer.body.length}\n`,
    );
    hash.update(answer.body);
  }
  return { hash: hash.digest("hex"), files: files.length };
}

/** What a warning says about a flip that changed nothing. */
export function sameBytesSentence(service: string, { flipped, files }: Served): string {
  const flags = flipped.join(", ");
  const [were, it] = flipped.length === 1 ? ["was", "this flag changes"] : ["were", "these flags change"];
  return (
    `${service} serves the same bytes as before (its page and ${files} ${files === 1 ? "file" : "files"}), though ${flags} ` +
    `${were} flipped and it was built again: ${it} nothing that visitors get. Where the front end asks its back end for flags, ` +
    `the back end's answer decides: look at the back end's own flags.`
  );
}
