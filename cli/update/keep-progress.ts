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
  const write = (entry: Record<string, unknown>, how: (path: string, text: string) => void) => {
    try {
      how(folder.updateLog, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
    } catch {
      // A folder that cannot be written to.
    }
  };
  try {
    folder.make();
  } catch {
    // The same.
  }
  write({ event: "begin", text: title }, writeFileSync);
  return {
    line: (text) => {
      write({ event: "line", text: stripVTControlCharacters(text).trim() }, appendFileSync);
    },
    end: (trouble) => {
      write(trouble === undefined ? { event: "done" } : { event: "failed", text: trouble }, appendFileSync);
    },
  };
}
