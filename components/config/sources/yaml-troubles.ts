import { isAlias, isPair, isScalar, visit, type Document, type YAMLError } from "yaml";

/** Something that YAML allows or refuses and that has no place in config. */
export interface YamlTrouble {
  code: string;
  /** Position in the text, from 0. */
  offset: number;
  found: string;
  allowed: string;
}

/**
 * What YAML has against a document, and what is too clever for a file whose every line is reviewed alone.
 * The file's own text is never repeated: it may hold a secret.
 */
export function findTroubles(document: Document.Parsed, text: string): YamlTrouble[] {
  const errors = document.errors.map((error) => fromError(error, text));
  // One mistake may be several to the parser.
  const told = new Map(errors.map((trouble) => [`${trouble.offset} ${trouble.found}`, trouble]));
  return errors.length > 0 ? [...told.values()] : findCleverness(document);
}

function fromError(error: YAMLError, text: string): YamlTrouble {
  const offset = error.pos[0];
  const above = scalarAbove(text, offset);
  if (above !== undefined)
    return {
      code: "below-scalar",
      offset,
      found: `an indented line below "${above}", which has one value and no lines of its own`,
      allowed: `such a line above "${above}", below "config:"`,
    };
  const clause = CLAUSES[error.code];
  if (clause !== undefined) return { code: clause[0], offset, found: clause[1], allowed: clause[2] };
  const tab = /^[ ]*\t/.test(lineAt(text, offset));
  if (tab) return { ...asTrouble(CLAUSES["TAB_AS_INDENT"]), offset: text.lastIndexOf("\n", offset - 1) + 1 };
  // What follows a colon in the parser's words may be text of the file.
  const words = error.message.split(/[:\n]/)[0] ?? "";
  return { code: "yaml-syntax", offset, found: `a mistake in the YAML (${words})`, allowed: "valid YAML" };
}

type Clause = readonly [code: string, found: string, allowed: string];

const CLAUSES: Partial<Record<string, Clause>> = {
  DUPLICATE_KEY: ["duplicate-key", "a key that stands above already", "each key once in a map"],
  TAB_AS_INDENT: ["tab", "a tab at the beginning of a line", "spaces"],
  MULTIPLE_DOCS: ["several-documents", 'a second document ("---")', "one document"],
};

function asTrouble(clause: Clause | undefined): Omit<YamlTrouble, "offset"> {
  return { code: clause?.[0] ?? "", found: clause?.[1] ?? "", allowed: clause?.[2] ?? "" };
}

function findCleverness(document: Document.Parsed): YamlTrouble[] {
  const troubles: YamlTrouble[] = [];
  const allowed = "each value written where it counts";
  visit(document, (position, node) => {
    if (isPair(node)) {
      const trouble = aboutKey(node.key);
      if (trouble !== undefined) troubles.push(trouble);
      return;
    }
    const offset = (node as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
    if (isAlias(node)) troubles.push({ code: "alias", offset, found: "a reference (*)", allowed });
    // Not which one: a password that begins with "!" is one to YAML.
    else if (isTagged(node)) troubles.push({ code: "tag", offset, found: "a tag (!)", allowed: "no tags" });
    else if (isAnchored(node)) troubles.push({ code: "anchor", offset, found: "an anchor (&)", allowed });
    return position === "key" ? visit.SKIP : undefined;
  });
  return troubles.sort((a, b) => a.offset - b.offset);
}

/** Pulumi refuses keys that are no texts, and YAML reads 001 as a number and 2026-11-24 as a date. */
function aboutKey(key: unknown): YamlTrouble | undefined {
  const offset = (key as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
  if (!isScalar(key))
    return { code: "key-no-text", offset, found: "a key that is no text", allowed: "a text as key" };
  if (key.value === "<<") {
    return {
      code: "merge-key",
      offset,
      found: 'a merge key ("<<")',
      allowed: "each value written where it counts",
    };
  }
  const quoted = key.type === "QUOTE_DOUBLE" || key.type === "QUOTE_SINGLE";
  if (quoted || (typeof key.value === "string" && !/^\d{4}-\d{1,2}-\d{1,2}$/.test(key.value)))
    return undefined;
  const written = key.source ?? "";
  return {
    code: "key-no-text",
    offset,
    found: `the key ${written}, which YAML does not read as a text`,
    allowed: `"${written}" in quotes`,
  };
}

function isTagged(node: unknown): node is { tag: string } {
  // The parser fills in tags of its own on nothing; an explicit one is what a person wrote.
  return typeof (node as { tag?: unknown } | null)?.tag === "string";
}

function isAnchored(node: unknown): boolean {
  return typeof (node as { anchor?: unknown } | null)?.anchor === "string";
}

/** Pulumi writes these at the end of the file or above `config:`, where a line is easily added below the wrong one. */
const PULUMIS_OWN = /^(encryptionsalt|secretsprovider|encryptedkey):/;

/** The key of Pulumi's own that an indented line hangs below, where the mistake is about that; blank lines and comments may stand between. */
function scalarAbove(text: string, offset: number): string | undefined {
  const lines = text.split("\n").map((line) => (/^\s*(#|$)/.test(line) ? "" : line));
  const at = text.slice(0, offset).split("\n").length - 1;
  const owner = lines.slice(0, at + 1).findLastIndex((line) => /^\S/.test(line));
  const below = lines.slice(owner + 1).find((line) => line !== "");
  return below !== undefined && /^\s/.test(below) ? PULUMIS_OWN.exec(lines[owner] ?? "")?.[1] : undefined;
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", start);
  return text.slice(start, end < 0 ? undefined : end);
}
