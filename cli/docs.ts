import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { formatProblems, loadStackConfig } from "../components/config";
import { errorPage, findErrorCodes } from "./docs/error-codes";
import { catalogueDocs } from "./docs/pages";
import { roomDiagram, roomEdges } from "./docs/room-graph";
import { withBlock } from "./docs/sources";

/** Where the pages stand, and for which stack they are made. */
export const DOCS_FOLDER = join("docs", "rollout");
export const DOCS_STACK = "prod";

/** Writes the pages that the catalogue and the code make, where they are not as those say. */
function main(directory: string): number {
  const parsed = loadStackConfig({ dir: directory, stack: DOCS_STACK });
  if (!parsed.ok) {
    console.error(formatProblems(parsed.problems));
    return 1;
  }
  mkdirSync(join(directory, DOCS_FOLDER), { recursive: true });
  const pages = Object.entries(catalogueDocs(parsed.config)).map(
    ([name, text]) => [join(DOCS_FOLDER, name), text] as const,
  );
  for (const [file, text] of [...pages, ...Object.entries(codeDocs(directory))]) {
    const path = join(directory, file);
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    writeFileSync(path, text);
    console.log(`written: ${file}`);
  }
  return 0;
}

/** Pages that are made from the code, and the page with a part that is, by file. */
export function codeDocs(directory: string): Record<string, string> {
  const architecture = join("docs", "architecture.md");
  const diagram = roomDiagram(roomEdges(directory));
  return {
    [join("docs", "errors.md")]: errorPage(findErrorCodes(directory)),
    [architecture]: withBlock(readFileSync(join(directory, architecture), "utf8"), "rooms", diagram),
  };
}

if (require.main === module) process.exit(main(process.cwd()));
