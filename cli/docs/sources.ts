import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

import ts from "typescript";

/** A file of ours as the pages about the code are made from it. */
export interface Source {
  /** Relative to the project, with "/". */
  file: string;
  tree: ts.SourceFile;
}

/** All TypeScript below some folders, in order of their paths. */
export function readSources(root: string, folders: readonly string[]): Source[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => posix.join(folder, file.replaceAll("\\", "/"))),
    )
    .sort()
    .map((file) => readSource(root, file));
}

/** @param file relative to the project. */
export function readSource(root: string, file: string): Source {
  const text = readFileSync(join(root, file), "utf8");
  return { file, tree: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true) };
}

/** Shows every node below one, itself included. */
export function visitNodes(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => {
    visitNodes(child, see);
  });
}

/** A page with the text between its marks `<!-- name -->` and `<!-- /name -->` replaced. @throws where it has no such marks. */
export function withBlock(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
