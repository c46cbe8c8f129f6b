import { readFileSync } from "node:fs";
import { join } from "node:path";

import { messageOf } from "../../components/errors";
import { writeStackFile, diffOf } from "../stack-file/write-stack-file";
import type { Desk } from "../shared/desk";
import type { LoadedStack } from "../shared/load-stack";

/** A change of the stack file that can be taken back. */
export interface StackFileChange {
  /** Puts the text from before back, unless somebody else has changed the file since. @returns whether it is back. */
  putBack(): boolean;
}

/** Shows what will be written as a diff, and writes it. */
export function changeStackFile(
  { directory, terminal }: Desk,
  before: LoadedStack,
  text: string,
): StackFileChange {
  const path = join(directory, before.file);
  if (text !== before.text) {
    terminal.words(diffOf(before.file, before.text, text));
    writeStackFile(path, text);
  }
  return {
    putBack() {
      if (text === before.text) return true;
      if (readFileSync(path, "utf8") !== text) {
        terminal.words(`${before.file} was changed by somebody else meanwhile, so it stays as it is now.`);
        return false;
      }
      try {
        writeStackFile(path, before.text);
        return true;
      } catch (error) {
        const why = messageOf(error).replace(/\. Nothing was run\..*$/s, "");
        terminal.words(`${why}. So it does not say what it said before; take this back by hand:`);
        terminal.words(diffOf(before.file, before.text, text));
        return false;
      }
    },
  };
}
