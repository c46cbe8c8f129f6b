/** What the runner's `status` says of the migrations asked for. */
export type StatusReading =
  | { known: true; applied: string[]; pending: string[] }
  /** The output does not say it, or there is none. */
  | { known: false; reason: string };

type State = "applied" | "pending";

/**
 * Reads the output of a runner's `status`. Understood are
 * - one line for each migration, with a word or mark for its state: `001_add_x   applied   2026-11-24T21:05:10Z`,
 *   `002_create_y.py: pending`, `[x] 001_add_x`, `✅ 001_add_x`;
 * - headings followed by names: `Applied:` … `Pending:` …;
 * - JSON: `{"applied": ["001_add_x"], "pending": [...]}`.
 * A migration that the output does not name, or names without a state, makes the whole reading unknown: "applied" is
 * what the database says, never what we hope.
 */
export function parseStatus(output: string, ids: readonly string[]): StatusReading {
  if (output.trim() === "") return { known: false, reason: "the status command printed nothing" };
  const states = parseJson(output) ?? parseLines(output, ids);
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
  };
}

function parseJson(output: string): Map<string, State> | undefined {
  if (!output.trimStart().startsWith("{")) return undefined;
  try {
    const body = JSON.parse(output) as Partial<Record<State, unknown>>;
    const states = new Map<string, State>();
    for (const state of ["applied", "pending"] as const) {
      for (const id of Array.isArray(body[state]) ? body[state] : []) states.set(String(id), state);
    }
    return states;
  } catch {
    return undefined;
  }
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
