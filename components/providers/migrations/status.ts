import { parseRowLosses, type RowLosses } from "./row-losses";

/** What the runner's `status` says of the migrations asked for. */
export type StatusReading =
  | { known: true; applied: string[]; pending: string[]; rowLosses?: Record<string, RowLosses> }
  /** The output does not say it, or there is none. */
  | { known: false; reason: string };

type State = "applied" | "pending";

/**
 * Reads the output of a runner's `status`. Understood are
 * - one line for each migration, with a word or mark for its state: `001_add_x   applied   2026-11-24T21:05:10Z`,
 *   `002_create_y.py: pending`, `[x] 001_add_x`, `✅ 001_add_x`;
 * - headings followed by names: `Applied:` … `Pending:` …;
 * - JSON: `{"applied": ["001_add_x"], "pending": [...], "rollbackLosesRows": {"001_add_x": {"orders.x": 12}}}`, of which
 *   the last part may be missing.
 * A migration that the output does not name, or names without a state, makes the whole reading unknown: "applied" is
 * what the database says, never what we hope.
 */
export function parseStatus(output: string, ids: readonly string[]): StatusReading {
  if (output.trim() === "") return { known: false, reason: "the status command printed nothing" };
  const body = parseJson(output);
  const states = body === undefined ? parseLines(output, ids) : statesIn(body);
  const missing = ids.filter((id) => !states.has(id));
  if (missing.length > 0) {
    return {
      known: false,
      reason: `the status command's output does not tell the state of ${missing.join(", ")}`,
    };
  }
  return {
    known: true,
    applied: ids.filter((id) => states.get(id) === "applied"),
    pending: ids.filter((id) => states.get(id) === "pending"),
    ...(body?.["rollbackLosesRows"] === undefined
      ? {}
      : { rowLosses: parseRowLosses(body["rollbackLosesRows"]) }),
  };
}

function parseJson(output: string): Record<string, unknown> | undefined {
  if (!output.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(output) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function statesIn(body: Record<string, unknown>): Map<string, State> {
  const states = new Map<string, State>();
  for (const state of ["applied", "pending"] as const) {
    const told = body[state];
    for (const id of Array.isArray(told) ? told : []) states.set(String(id), state);
  }
  return states;
}

function parseLines(output: string, ids: readonly string[]): Map<string, State> {
  const states = new Map<string, State>();
  let heading: State | undefined;
  for (const line of output.split("\n")) {
    const named = ids.filter((id) => names(line, id));
    const rest = named.reduce((text, id) => text.replaceAll(id, " "), line);
    const state = stateIn(rest);
    if (named.length === 0) {
      heading = state ?? (line.trim() === "" ? heading : undefined);
    } else {
      for (const id of named) {
        const told = state ?? heading;
        if (told !== undefined) states.set(id, told);
      }
    }
  }
  return states;
}

/** "Not applied" holds "applied", so pending is looked for first. */
function stateIn(text: string): State | undefined {
  if (/\b(pending|not[ _-]+(yet[ _-]+)?applied|unapplied|rolled[ _-]+back)\b|[❌✗☐⏳]|\[ \]/iu.test(text))
    return "pending";
  if (/\b(applied|done)\b|[✅✓☑]|\[[xX✓]\]/iu.test(text)) return "applied";
  return undefined;
}

/** The id as a word of its own; a file's ending may follow (`001_add_x.py`), another word's letters may not. */
function names(line: string, id: string): boolean {
  const escaped = id.replace(/[.*+?^${}()|[\]\\-]/g, "\\$&");
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`).test(line);
}
