import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import ts from "typescript";

import type { Mutant } from "./instrument";

const ROOT = join(__dirname, "..", "..");

/**
 * Says which mutants the compiler takes: what it refuses nobody can land, so there is nothing for a test to notice. All mutants of a
 * file are checked in one go, each as a copy of the file beside it.
 */
export class Compiler {
  readonly #options: ts.CompilerOptions;
  readonly #host: ts.CompilerHost;
  readonly #sources = new Map<string, ts.SourceFile | undefined>();
  readonly #copies = new Map<string, string>();

  constructor() {
    const config = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
    this.#options = { ...options, noEmit: true, skipLibCheck: true, allowUnreachableCode: true };
    const real = ts.createCompilerHost(this.#options, true);
    this.#host = {
      ...real,
      fileExists: (path) => this.#copies.has(path) || real.fileExists(path),
      readFile: (path) => this.#copies.get(path) ?? real.readFile(path),
      getSourceFile: (path, version) => {
        const copy = this.#copies.get(path);
        if (copy !== undefined) return ts.createSourceFile(path, copy, version, true);
        if (!this.#sources.has(path)) this.#sources.set(path, real.getSourceFile(path, version));
        return this.#sources.get(path);
      },
    };
  }

  /** @param mutants of one file. @returns their ids as far as they compile. */
  compiled(file: string, mutants: readonly Mutant[]): Set<string> {
    const text = readFileSync(join(ROOT, file), "utf8");
    const places = mutants.map((mutant) => ({
      id: mutant.id,
      path: join(ROOT, dirname(file), `mutant-${mutant.id}.ts`),
      text: changed(text, mutant),
    }));
    this.#copies.clear();
    for (const place of places) this.#copies.set(place.path, place.text);
    const program = ts.createProgram([...this.#copies.keys()], this.#options, this.#host);
    const hasErrors = (path: string): boolean => {
      const source = program.getSourceFile(path);
      return (
        program.getSyntacticDiagnostics(source).length > 0 ||
        program.getSemanticDiagnostics(source).length > 0
      );
    };
    return new Set(places.filter(({ path }) => !hasErrors(path)).map(({ id }) => id));
  }
}

/** What is no statement is put between parentheses, so that it stays one expression. */
function changed(text: string, { line, column, kind, original, replacement }: Mutant): string {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  const isStatement = kind === "BlockStatement" || /^(?:case|default)\b/.test(original);
  const put = isStatement ? replacement : `(${replacement})`;
  return text.slice(0, before) + put + text.slice(before + original.length);
}
