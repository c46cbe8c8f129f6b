import { posix } from "node:path";

import ts from "typescript";

import { readSource, readSources, type Source } from "./sources";

/** One room imports from another. */
export interface RoomEdge {
  from: string;
  to: string;
}

const FOLDERS = ["components", "cli", "rehearsal"];

/** Rooms that the diagram draws, with what each is, in a few words. */
const ROOMS: Readonly<Record<string, string>> = {
  index: "index.ts: the program that Pulumi runs",
  config: "config: two files to one checked value",
  plan: "plan: what must hold first; pure",
  resources: "resources: Pulumi's side",
  providers: "providers: what is done, and when it is refused",
  render: "render: Render's API",
  database: "database: what a migration has left",
  probes: "probes: services, pages, the team's chat",
  cli: "cli: the commands",
  rehearsal: "rehearsal: stand-ins and an engine",
};

/** Imports between rooms, as the sources have them. */
export function roomEdges(root: string): RoomEdge[] {
  const found = new Set<string>();
  for (const { file, tree } of [...readSources(root, FOLDERS), readSource(root, "index.ts")]) {
    const from = roomOf(file);
    for (const target of importsOf({ file, tree })) {
      const to = roomOf(target);
      if (from === undefined || to === undefined || from === to) continue;
      found.add(`${from} ${to}`);
    }
  }
  return [...found].sort().map((edge) => {
    const [from = "", to = ""] = edge.split(" ");
    return { from, to };
  });
}

/** The diagram as Mermaid draws it. The one arrow that no import makes is the process border. */
export function roomDiagram(edges: readonly RoomEdge[]): string {
  const names = Object.keys(ROOMS);
  return [
    "```mermaid",
    "flowchart TD",
    ...names.map((room) => `  ${room}["${ROOMS[room] ?? room}"]`),
    ...edges.map(({ from, to }) => `  ${from} --> ${to}`),
    "  resources -.->|process border| providers",
    "```",
  ].join("\n");
}

/** Files that a file imports from our own, relative to the project. */
function importsOf({ file, tree }: Source): string[] {
  return tree.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const { moduleSpecifier } = statement;
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
    const { text } = moduleSpecifier;
    return text.startsWith(".") ? [posix.normalize(posix.join(posix.dirname(file), text))] : [];
  });
}

function roomOf(file: string): string | undefined {
  const [top = "", second = ""] = file.split("/");
  if (top === "index.ts") return "index";
  const room = top === "components" ? second.replace(/\.ts$/, "") : top;
  return Object.hasOwn(ROOMS, room) ? room : undefined;
}
