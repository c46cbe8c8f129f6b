import stringWidth from "string-width";

/** A terminal's whole window, for something that changes in its place. */
export interface Screen {
  columns: number;
  rows: number;
  /** Replaces what is shown; lines that do not fit are cut off at the right and at the bottom. */
  show(text: string): void;
  /** Called when the window gets another size, until the screen is closed. */
  onResize(listener: () => void): void;
  /** Gives the terminal back as it was; again and again without harm. */
  close(): void;
}

/** Some terminals do not tell theirs. */
const USUAL_SIZE = { columns: 80, rows: 24 };

export type ScreenStream = Pick<NodeJS.WriteStream, "columns" | "rows" | "write" | "on" | "off">;

const ESC = "\u001B[";
/** The other buffer, so that what stood on the terminal comes back; no cursor; lines are cut, not wrapped. */
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l`;
const LEAVE = `${ESC}?7h${ESC}?25h${ESC}?1049l`;
const HOME = `${ESC}H`;
const CLEAR_LINE = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;
/** A terminal that knows these shows a picture when it is whole; others ignore them. */
const [BEGIN, END] = [`${ESC}?2026h`, `${ESC}?2026l`];

/**
 * Takes over a terminal. Each picture is written over the one before, from the top and in one piece, so that nothing flickers.
 * @param atExit gets what gives the terminal back, for an end that nobody foresaw.
 */
export function openScreen(
  stream: ScreenStream,
  atExit: (close: () => void) => void = (close) => process.once("exit", close),
): Screen {
  let listeners: (() => void)[] = [];
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    for (const listener of listeners) stream.off("resize", listener);
    listeners = [];
    stream.write(LEAVE);
  };
  stream.write(ENTER);
  atExit(close);
  const screen: Screen = {
    get columns() {
      return stream.columns || USUAL_SIZE.columns;
    },
    get rows() {
      return stream.rows || USUAL_SIZE.rows;
    },
    show: (text) => {
      if (!open) return;
      const lines = text.split("\n").slice(0, screen.rows);
      // At the right edge the cursor stands on the last character, which would be cleared.
      const drawn = lines.map((line) => (stringWidth(line) < screen.columns ? `${line}${CLEAR_LINE}` : line));
      stream.write(
        `${BEGIN}${HOME}${drawn.join("\r\n")}${lines.length < screen.rows ? `\r\n${CLEAR_BELOW}` : ""}${END}`,
      );
    },
    onResize: (listener) => {
      listeners.push(listener);
      stream.on("resize", listener);
    },
    close,
  };
  return screen;
}
