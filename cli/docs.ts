import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { formatProblems, loadStackConfig } from "../components/config";
import { catalogueDocs } from "./docs/pages";

/** Where the pages stand, and for which stack they are made. */
export const DOCS_FOLDER = join("docs", "rollout");
export const DOCS_STACK = "prod";

/** Writes the pages that the catalogue makes, where they are not as it says. */
function main(directory: string): number {
  const parsed = loadStackConfig({ dir: directory, stack: DOCS_STACK });
  if (!parsed.ok) {
    console.error(formatProblems(parsed.problems));
    return 1;
  }
  mkdirSync(join(directory, DOCS_FOLDER), { recursive: true });
  for (const [name, text] of Object.entries(catalogueDocs(parsed.config))) {
    const path = join(directory, DOCS_FOLDER, name);
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    writeFileSync(path, text);
    console.log(`written: ${join(DOCS_FOLDER, name)}`);
  }
  return 0;
}

if (require.main === module) process.exit(main(process.cwd()));
