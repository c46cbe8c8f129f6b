import { showHiddenSigns } from "./found";

/** One thing that is wrong with config, as data and as a sentence. */
export interface Problem {
  /** Stable, in kebab case: `unknown-key`. */
  code: string;
  /** The file's name as it was opened, relative to the project: `Pulumi.prod.yaml`. Absent where no file is known to hold the value. */
  file?: string;
  /** From 1, like `column`. */
  line?: number;
  column?: number;
  /** Dotted, without the namespace: `flags.ENABLE_X.service`; empty for a file as a whole. */
  path: string;
  /** What stands there, in words. Never a secret. */
  found: string;
  /** What may stand there, in words. */
  allowed: string;
  /** The allowed name that is most like the one found. */
  nearest?: string;
  /** Path, found, allowed and nearest as one sentence. */
  message: string;
}

/** A problem before anyone has looked up where it stands. */
export interface Finding {
  code: string;
  path: Path;
  /** "key": the problem is the key at the end of the path itself, which `found` names. Default: the value under it. */
  at?: "key" | "value";
  found: string;
  allowed: string;
  nearest?: string | undefined;
}

/** Keys and indexes from the top, without the namespace. */
export type Path = readonly (string | number)[];

export interface Position {
  file: string;
  line: number;
  column: number;
}

/** One line for each problem: `Pulumi.prod.yaml:7:30: phase: found "apii"; allowed: …; did you mean "api"?` */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join("\n");
}

export function toProblem(
  { code, path, at, found, allowed, nearest }: Finding,
  position?: Position,
): Problem {
  const named = formatPath(at === "key" ? path.slice(0, -1) : path);
  const problem = {
    code,
    ...position,
    path: named,
    found,
    allowed,
    ...(nearest === undefined ? {} : { nearest }),
  };
  const said = showHiddenSigns(`${named === "" ? "" : `${named}: `}found ${found}; allowed: ${allowed}`);
  return { ...problem, message: nearest === undefined ? said : `${said}; did you mean "${nearest}"?` };
}

/** In the order of the files given, then by position; what has no position comes last. */
export function sortProblems(problems: readonly Problem[], files: readonly string[]): Problem[] {
  const rank = ({ file }: Problem) => (file === undefined ? files.length : files.indexOf(file));
  return problems.toSorted(
    (a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[\w-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

function formatProblem({ file, line, column, message }: Problem): string {
  if (file === undefined) return message;
  return line === undefined || column === undefined
    ? `${file}: ${message}`
    : `${file}:${line}:${column}: ${message}`;
}
