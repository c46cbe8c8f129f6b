import stringWidth from "string-width";
import { describe, expect, it } from "vitest";

import { rowTable } from "../../cli/verify/draw-rows";
import { timeText } from "../../cli/verify/look/ports";
import type { Row } from "../../cli/verify/row";
import type { Change } from "../../cli/verify/watch/changes";
import { drawPicture, type Picture } from "../../cli/verify/watch/picture";
import { openScreen, type ScreenStream } from "../../cli/verify/watch/screen";
import { trend } from "../../cli/verify/watch/trend";

const BACKEND = "felix-hub-backend";

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
  const draw = (
    size: { columns: number; rows: number },
    figures: (number | null)[] = [],
    more: Partial<Picture> = {},
  ) =>
    drawPicture(
      {
        report: {
          stack: "prod",
          at: "2026-11-24T21:41:20Z",
          rows: ROWS,
          endpoints: {
            [`${BACKEND} /api/orders`]: { n: 5, p50: 12, p95: 2012, p99: 2012, errorRate: 0.2 },
          },
          notes: ["state was not read: x".repeat(20)],
        },
        ...{ timeZone: "Europe/Berlin", round: 3, everySeconds: 10, changes: [], down: [] },
        history: { figures: (row) => (row.figure === null ? [] : figures) },
        ...more,
      },
      size,
    );

  it("begins with the verdict and the way back, ends with the clock of the stack's zone and the way out", () => {
    const lines = draw({ columns: 140, rows: 40 }, [1, null, 2012]).split("\n");
    expect(lines[0]).toMatch(/^NOT WELL: .* and \d more {2}back: npm run rollback -- --stack prod --full$/);
    expect(lines.at(-1)).toBe("prod at 22:41:20 Europe/Berlin, look 3, every 10 s; Ctrl-C ends");
    expect(lines.join("\n")).toContain("▁·█");
    expect(lines.join("\n")).toMatch(/p50 +12 ms {2}p95 2012 ms {2}1 of 5 failed/);
  });

  it("never cuts the way back, however long the verdict is", () => {
    const down = [{ service: "a-service-with-a-name-that-is-rather-long-for-a-terminal", since: "" }];
    const [first = ""] = draw({ columns: 80, rows: 24 }, [], { down }).split("\n");
    expect(first).toMatch(/^NOT WELL: a-serv.*…? {2}back: npm run rollback -- --stack prod --full$/);
    expect(first.length).toBeLessThanOrEqual(80);
  });

  it("shows the newest changes first, at least three of them whatever else there is", () => {
    const changes = [1, 2, 3, 4].map((n): Change => ({
      at: `2026-11-24T21:4${n}:00Z`,
      service: BACKEND,
      event: "down",
      text: `HTTP 50${n}`,
    }));
    const lines = draw({ columns: 80, rows: 24 }, [], { changes }).split("\n");
    const at = lines.findIndex((line) => line.startsWith("Changes"));
    expect(lines.slice(at + 1, at + 4)).toEqual([
      `22:44:00 ${BACKEND} down: HTTP 504`,
      `22:43:00 ${BACKEND} down: HTTP 503`,
      `22:42:00 ${BACKEND} down: HTTP 502`,
    ]);
  });

  it("leaves out what is well where the window is too low, and says so", () => {
    const picture = draw({ columns: 80, rows: 9 });
    expect(picture).toMatch(/Not shown, as the window is too low: \d of 6 rows, which are well\./);
    expect(picture).toContain("ENABLE_PART_CATEGORIES");
    expect(picture).not.toContain("flags as declared");
  });

  it.each([
    [80, 24],
    [160, 50],
    [80, 10],
    [40, 5],
    [200, 1],
  ])("never has more lines, nor wider ones, than a window of %i × %i", (columns, rows) => {
    const lines = draw({ columns, rows }, [1, 2]).split("\n");
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(Math.max(columns, 56));
    expect(lines[0]).toMatch(/^NOT/);
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
