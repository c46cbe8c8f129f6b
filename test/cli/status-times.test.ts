import { expect, it } from "vitest";

import { durationText, endText, momentText } from "../../cli/status/times";

const now = { at: "2026-11-24T21:10:00Z", timeZone: "Europe/Berlin" };

it.each([
  [0, "0m00s"],
  [528, "8m48s"],
  [3_599, "59m59s"],
  [3_600, "1h00m"],
  [86_399, "23h59m"],
  [86_400, "1d0h"],
  [6 * 86_400 + 3 * 3_600, "6d3h"],
])("%i seconds are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

it("names a moment by the stack's clock, and with its date where that is not today's there", () => {
  expect(momentText("2026-11-24T21:41:59Z", now)).toBe("22:41");
  expect(momentText("2026-11-24T23:30:00Z", now)).toBe("2026-11-25 00:30");
});

it("never names an end earlier than it is", () => {
  expect(endText("2026-11-24T21:41:00Z", now)).toBe("22:41");
  expect(endText("2026-11-24T21:41:00.001Z", now)).toBe("22:42");
  expect(endText("2026-11-24T22:59:30Z", now)).toBe("2026-11-25 00:00");
});
