import { appendFileSync, writeFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

import { rolloutFolder } from "../log/rollout-folder";

/** What an update says as it goes on, in the stack's folder, for whoever looks on: the dashboard. */
export interface KeptProgress {
  line(text: string): void;
  /** @param trouble why it failed; undefined where it did not. */
  end(trouble: string | undefined): void;
}

/** Begins the log of an update anew, one JSON object a line. It never fails: nobody has to be able to look on. */
export function keepProgress(directory: string, stack: string, title: string): KeptProgress {
  const folder = rolloutFolder(directory, stack);
  const write = (file: string, entry: Record<string, unknown>, how: (path: string, text: string) => void) => {
    try {
      how(file, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
    } catch {
      // A folder that cannot be written to.
    }
  };
  try {
    folder.make();
  } catch {
    // The same.
  }
  write(folder.updateLog, { event: "begin", text: title }, writeFileSync);
  return {
    line: (text) => {
      write(folder.updateLog, { event: "line", text: stripVTControlCharacters(text).trim() }, appendFileSync);
    },
    end: (trouble) => {
      const entry = trouble === undefined ? { event: "done" } : { event: "failed", text: trouble };
      write(folder.updateLog, entry, appendFileSync);
      // The next update begins its log anew; why this one failed is kept for the report.
      if (trouble !== undefined) write(folder.failureLog, entry, appendFileSync);
    },
  };
}
