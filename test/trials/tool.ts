import type { LedgerSource, LedgerTool } from "../../components/database";

/** One migration, the same for every tool: it makes two tables, `m1_a` and `m1_b`, so that half of it can be seen. */
export interface MigrationSpec {
  number: number;
  /** Fails after the first of the two tables. */
  fails?: boolean;
  /** Written so that the tool runs it outside a transaction. */
  noTransaction?: boolean;
}

export interface Run {
  /** Words, the first one the program. */
  words: string[];
  env?: Record<string, string>;
}

/** A real migration tool, and how its user would use it. */
export interface Tool {
  tool: LedgerTool;
  /** Ecosystem that brings it, as `installs` names it; a tool of the machine's own names the check instead. */
  install: keyof Installs;
  /** Writes a project with these migrations and nothing else. */
  write(folder: string, specs: readonly MigrationSpec[], places: Installs): void;
  /** Applies everything that is pending. */
  apply(places: Installs, url: string): Run;
  /** Rolls the last one back; absent where the tool cannot. */
  rollback?(places: Installs, url: string): Run;
  /** How the catalogue writes the migration. */
  id(number: number): string;
  source?(number: number): Partial<LedgerSource>;
  /** The tool can run a migration outside a transaction (or always does). */
  canGoWithout: boolean;
}

/** Folders of what was installed. */
export interface Installs {
  python: string;
  node: string;
  go: string;
  java: string;
  ruby: string;
}

export function upStatements({ number, fails }: MigrationSpec): string[] {
  return [
    `CREATE TABLE m${number}_a (id integer)`,
    ...(fails === true ? ["SELECT 1 / 0"] : []),
    `CREATE TABLE m${number}_b (id integer)`,
  ];
}

export function downStatements({ number }: MigrationSpec): string[] {
  return [`DROP TABLE m${number}_b`, `DROP TABLE m${number}_a`];
}

/** `20240101000001`. */
export function stamp(number: number): string {
  return `2024010100000${number}`;
}
