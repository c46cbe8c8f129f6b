const BARS = "▁▂▃▄▅▆▇█";

/** A blank would be lost at a line's end, and where a table wraps. */
const GAP = "·";

/** A line of bars, the newest at its right end; a dot where nothing was measured. The lowest bar is 0, the highest the largest value. */
export function trend(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-width);
  const most = Math.max(0, ...shown.map((value) => value ?? 0));
  return shown
    .map((value) => {
      if (value === null) return GAP;
      const bar = most === 0 ? 0 : Math.round((value / most) * (BARS.length - 1));
      return BARS[bar] ?? "";
    })
    .join("");
}
