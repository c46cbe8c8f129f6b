import { cutLine } from "./cut-line";

/** A few lines at a terminal's end that change in place. */
export interface LiveLines {
  /** Replaces them; none takes them away. Each is cut to the terminal's width. */
  show(lines: readonly string[]): void;
}

export type LiveStream = Pick<NodeJS.WriteStream, "write" | "columns" | "rows">;

const ESC = "\u001B[";
const USUAL = { columns: 80, rows: 24 };

/** What is printed otherwise has to take them away first: they would be in the middle of it. */
export function createLiveLines(stream: LiveStream): LiveLines {
  let shown = 0;
  return {
    show(lines) {
      const columns = stream.columns || USUAL.columns;
      // More lines than the window has cannot be gone back over.
      const drawn = lines.slice(0, (stream.rows || USUAL.rows) - 1).map((line) => cutLine(line, columns - 1));
      if (shown === 0 && drawn.length === 0) return;
      const back = shown > 0 ? `\r${shown > 1 ? `${ESC}${shown - 1}A` : ""}${ESC}J` : "";
      stream.write(`${back}${drawn.join("\n")}`);
      shown = drawn.length;
    },
  };
}
