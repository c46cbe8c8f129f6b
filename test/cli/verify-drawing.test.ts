import { describe, expect, it } from "vitest";

import { rowTable } from "../../cli/verify/draw-rows";
import { timeText } from "../../cli/verify/look/ports";
import type { Row } from "../../cli/verify/row";
import { drawPicture } from "../../cli/verify/watch/picture";
import { openScreen, type ScreenStream } from "../../cli/verify/watch/screen";
import { trend } from "../../cli/verify/watch/trend";

const line = (more: Partial<Row>): Row => ({
  kind: "health",
  service: "felix-hub-backend",
  name: null,
  verdict: "pass",
  seen: "HTTP 200",
  wanted: "2xx, three times",
  figure: null,
  ...more,
});
const flag = (name: string, verdict: Row["verdict"] = "pass") =>
  line({ kind: "flag", name, verdict, seen: "declared on, on Render on, runs on", wanted: "all the same" });
const ROWS = [
  line({}),
  flag("ENABLE_CAR_NUMBER"),
  flag("ENABLE_TG_ADMIN_NOTIFS"),
  flag("ENABLE_PART_CATEGORIES", "could-not-measure"),
  line({
    kind: "endpoint",
    name: "/api/orders",
    verdict: "warn",
    seen: "p50 12 ms, p95 2012 ms, p99 3012 ms; baseline p50 10 ms, p95 12 ms; 3 of 50 failed (status 502)",
    wanted: "p95 ≤ 2000 ms, below 1 % failed",
    figure: 2012,
  }),
  line({ kind: "migrations", service: null, seen: "applied: 001_add_car_number_column", wanted: "all" }),
];
const widest = (text: string) => Math.max(...text.split("\n").map((each) => each.length));

describe("the table", () => {
  it.each([80, 100, 140])("is not wider than a terminal of %i columns", (columns) => {
    expect(widest(rowTable(ROWS, columns))).toBeLessThanOrEqual(columns);
  });

  it("does not wrap where there is no terminal", () => {
    const text = rowTable(ROWS);
    expect(text).toContain(ROWS[4]!.seen);
    expect(text.split("\n")).toHaveLength(3 + 2 + ROWS.length + 1);
  });

  it("tells what was wanted of every row where there is room, otherwise of those that are not well", () => {
    expect(rowTable(ROWS, 140)).toContain("2xx, three times");
    expect(rowTable(ROWS, 80)).not.toContain("2xx, three times");
    expect(rowTable(ROWS, 80)).toContain("(wanted: all");
  });
});

describe("a trend", () => {
  it("ends with the newest, has 0 as its lowest bar and the largest value as its highest", () => {
    expect(trend([0, 50, 100], 10)).toBe("▁▅█");
    expect(trend([100, 100, 0, 50], 3)).toBe("█▁▅");
  });

  it("keeps the place of what was not measured, also at its end", () => {
    expect(trend([null, 100, null, 50, null], 10)).toBe("·█·▅·");
    expect(trend([null, null], 10)).toBe("··");
  });

  it("is flat where nothing ever took time", () => {
    expect(trend([0, 0], 10)).toBe("▁▁");
  });
});

describe("the picture in a window", () => {
  const draw = (size: { columns: number; rows: number }, figures: (number | null)[] = []) =>
    drawPicture(
      {
        title: "prod",
        rows: ROWS,
        notes: ["state was not read: x".repeat(20)],
        history: { figures: (row) => (row.figure === null ? [] : figures) },
      },
      size,
    );

  it("is whole where it fits", () => {
    const picture = draw({ columns: 140, rows: 40 }, [1, null, 2012]);
    expect(picture).toContain("▁·█ up to 2012 ms");
    expect(picture).toContain("ENABLE_CAR_NUMBER");
  });

  it("leaves out what is well where the window is too low, flags first and what has a course last, and says so", () => {
    const shown = (rows: number) => {
      const lines = draw({ columns: 140, rows }).split("\n");
      expect(lines.length).toBeLessThanOrEqual(rows);
      const names = ["health", "ENABLE_CAR_NUMBER", "ENABLE_PART_CATEGORIES", "/api/orders", "migrations"];
      return { names: names.filter((name) => lines.some((text) => text.includes(name))), last: lines.at(-1) };
    };
    const whole = draw({ columns: 140, rows: 40 }).split("\n").length;
    expect(shown(whole).last).toContain("state was not read");
    expect(shown(whole - 1)).toEqual({
      names: ["health", "ENABLE_PART_CATEGORIES", "/api/orders", "migrations"],
      last: "Not shown, as the window is too low: 2 of 6 rows, which are well.",
    });
    expect(shown(whole - 2)).toEqual({
      names: ["ENABLE_PART_CATEGORIES", "/api/orders"],
      last: "Not shown, as the window is too low: 4 of 6 rows, which are well.",
    });
  });

  it.each([
    [80, 24],
    [80, 10],
    [40, 5],
    [200, 1],
  ])("never has more lines than a window of %i × %i, and says what is missing", (columns, rows) => {
    const lines = draw({ columns, rows }, [1, 2]).split("\n");
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(lines.at(-1)).toMatch(/^Not shown, as the window is/);
  });
});

describe("the screen", () => {
  function opened() {
    const written: string[] = [];
    const listeners = new Set<() => void>();
    const stream = {
      columns: 80,
      rows: 2,
      write: (text: string) => written.push(text),
      on: (_event: string, listener: () => void) => listeners.add(listener),
      off: (_event: string, listener: () => void) => listeners.delete(listener),
    } as unknown as ScreenStream;
    let atExit: () => void = () => undefined;
    const screen = openScreen(stream, (close) => {
      atExit = close;
    });
    return {
      screen,
      written,
      listeners,
      exit: () => {
        atExit();
      },
    };
  }

  it("draws from the top in one piece, over what was there, without clearing it first", () => {
    const { screen, written } = opened();
    screen.show("a\nb\nc");
    expect(written[1]).toBe("\u001B[?2026h\u001B[Ha\u001B[K\r\nb\u001B[K\u001B[?2026l");
    screen.show("a");
    expect(written[2]).toBe("\u001B[?2026h\u001B[Ha\u001B[K\r\n\u001B[J\u001B[?2026l");
    expect(written.join("")).not.toContain("\u001B[2J");
  });

  it("keeps the last character of a line that is as wide as the window, colours aside", () => {
    const { screen, written } = opened();
    const full = `\u001B[31m${"x".repeat(80)}\u001B[39m`;
    screen.show(`${full}\nb`);
    expect(written[1]).toBe(`\u001B[?2026h\u001B[H${full}\r\nb\u001B[K\u001B[?2026l`);
  });

  it("gives back the other buffer, the cursor and the wrapping, once, also at an end that nobody foresaw", () => {
    const { screen, written, listeners, exit } = opened();
    expect(written).toEqual(["\u001B[?1049h\u001B[?25l\u001B[?7l"]);
    screen.onResize(() => undefined);
    screen.close();
    exit();
    screen.show("too late");
    expect(written).toEqual(["\u001B[?1049h\u001B[?25l\u001B[?7l", "\u001B[?7h\u001B[?25h\u001B[?1049l"]);
    expect(listeners.size).toBe(0);
    const crashed = opened();
    crashed.exit();
    expect(crashed.written.at(-1)).toBe("\u001B[?7h\u001B[?25h\u001B[?1049l");
  });
});

it.each([
  [null, "–"],
  [1.26, "1.3 ms"],
  [312.4, "312 ms"],
  [9_999, "9999 ms"],
  [12_345, "12.3 s"],
])("%s milliseconds read as %s", (ms, text) => {
  expect(timeText(ms)).toBe(text);
});
