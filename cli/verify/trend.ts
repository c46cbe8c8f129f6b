const BARS = "▁▂▃▄▅▆▇█";

/** A line of bars, the newest at its right end; a gap where nothing was measured. The lowest bar is 0, the highest the largest value. */
export function trend(values: readonly (number | null)[], width = 40): string {
  const shown = values.slice(-width);
  const most = Math.max(0, ...shown.map((value) => value ?? 0));
  return shown
    .map((value) => {
      if (value === null) return " ";
      const bar = most === 0 ? 0 : Math.round((value / most) * (BARS.length - 1));
      return BARS[bar] ?? "";
    })
    .join("");
}
