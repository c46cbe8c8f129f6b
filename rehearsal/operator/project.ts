import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseDocument, stringify } from "yaml";

/** What an operator's checkout holds as far as Pulumi and our commands read it. */
const PARTS = [
  "index.ts",
  "components",
  "cli",
  "Pulumi.yaml",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/** A checkout of the program of its own, with one stack file, so that a rehearsal touches nothing of the real one. */
export interface Project {
  directory: string;
  stack: string;
  stackFile: string;
  /** Sets (or, with undefined, removes) keys of the stack's config; answers with the changed lines as in a diff. */
  edit(changes: Record<string, unknown>): string[];
  /** The phase that the file names, whoever wrote it. */
  phase(): string;
  remove(): void;
}

/** @param catalogueOf folder of the project whose Pulumi.yaml is taken; default: this one's. */
export function createProject(stack: string, config: Record<string, unknown>, catalogueOf?: string): Project {
  const root = join(__dirname, "..", "..");
  const directory = mkdtempSync(join(tmpdir(), "rollout-rehearsal-"));
  for (const part of PARTS) cpSync(join(root, part), join(directory, part), { recursive: true });
  if (catalogueOf !== undefined) cpSync(join(catalogueOf, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"), "junction");
  mkdirSync(join(directory, "state"));
  const catalogue = parseDocument(readFileSync(join(directory, "Pulumi.yaml"), "utf8"));
  const namespace = String(catalogue.get("name"));
  const stackFile = join(directory, `Pulumi.${stack}.yaml`);
  const entries = Object.entries(config).map(([key, value]) => [`${namespace}:${key}`, value]);
  writeFileSync(stackFile, stringify({ config: Object.fromEntries(entries) as unknown }, { lineWidth: 0 }));
  const project: Project = {
    directory,
    stack,
    stackFile,
    edit(changes) {
      const before = readFileSync(stackFile, "utf8");
      const document = parseDocument(before);
      for (const [key, value] of Object.entries(changes)) {
        const path = ["config", `${namespace}:${key}`];
        if (value === undefined) document.deleteIn(path);
        else document.setIn(path, document.createNode(value));
      }
      const after = document.toString({ lineWidth: 0 });
      writeFileSync(stackFile, after);
      return changedLines(before, after);
    },
    phase: () => {
      const document = parseDocument(readFileSync(stackFile, "utf8"));
      return String(document.getIn(["config", `${namespace}:phase`]));
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return project;
}

/** Good enough for edits of whole lines, which is all that an operator's edits are. */
function changedLines(before: string, after: string): string[] {
  const old = before.split("\n");
  const now = after.split("\n");
  const removed = old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`);
  const added = now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`);
  return [...removed, ...added];
}
