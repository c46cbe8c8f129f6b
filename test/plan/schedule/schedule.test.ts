import { describe, expect, it } from "vitest";
import { openingsOn } from "../../../components/plan/schedule/openings";
import type { Schedule } from "../../../components/config";
import { describeWindows, scheduleVerdict } from "../../../components/plan/schedule/schedule-verdict";
import { runbookSchedule } from "./runbook-schedule";

/** 2026-11-24 is a Tuesday. */
const at = (iso: string, change: Partial<Schedule> = {}) =>
  scheduleVerdict({ ...runbookSchedule, ...change }, new Date(iso));
const isOpen = (iso: string, change?: Partial<Schedule>) => at(iso, change).open;
const nextOpening = (iso: string, change?: Partial<Schedule>) => {
  const verdict = at(iso, change);
  return verdict.open ? "open" : verdict.nextOpening;
};

describe("the default windows", () => {
  it("open on Tuesday at 22:00 sharp, not a millisecond earlier", () => {
    expect(isOpen("2026-11-24T21:59:59.999+01:00")).toBe(false);
    expect(isOpen("2026-11-24T22:00:00.000+01:00")).toBe(true);
  });

  it("close at 02:00 sharp of the next day", () => {
    expect(isOpen("2026-11-25T01:59:59.999+01:00")).toBe(true);
    expect(isOpen("2026-11-25T02:00:00.000+01:00")).toBe(false);
  });

  it("let Thursday's night run into Friday, and give Monday and Friday none", () => {
    expect(isOpen("2026-11-27T01:00+01:00")).toBe(true);
    expect(isOpen("2026-11-23T23:00+01:00")).toBe(false);
    expect(isOpen("2026-11-24T01:00+01:00")).toBe(false);
    expect(isOpen("2026-11-27T23:00+01:00")).toBe(false);
  });

  it("say until when they are open, with zone and offset", () => {
    expect(at("2026-11-24T22:30+01:00")).toEqual({
      open: true,
      until: "2026-11-25T02:00:00+01:00",
      sentence:
        "Open until Wednesday 2026-11-25 02:00 (UTC+01:00); it is Tuesday 2026-11-24 22:30 (UTC+01:00) in Europe/Berlin.",
    });
  });

  it("say why they are closed and when they open next", () => {
    expect(at("2026-11-27T14:10+01:00")).toEqual({
      open: false,
      reasons: ["outside the windows (Tuesday to Thursday 22:00–02:00)"],
      nextOpening: "2026-12-01T22:00:00+01:00",
      sentence:
        "Closed: outside the windows (Tuesday to Thursday 22:00–02:00); " +
        "it is Friday 2026-11-27 14:10 (UTC+01:00) in Europe/Berlin. Next opening: Tuesday 2026-12-01 22:00 (UTC+01:00).",
    });
  });

  it("of equal edges last a whole day", () => {
    const windows = [{ days: ["tuesday"], from: "08:00", to: "08:00" }] as const;
    expect(at("2026-11-24T08:00+01:00", { windows })).toMatchObject({ until: "2026-11-25T08:00:00+01:00" });
  });

  it("that touch are one opening", () => {
    const windows = [
      { days: ["tuesday"], from: "20:00", to: "22:00" },
      { days: ["tuesday"], from: "22:00", to: "02:00" },
      { days: ["wednesday"], from: "01:00", to: "04:00" },
    ] as const;
    expect(at("2026-11-24T21:00+01:00", { windows })).toMatchObject({ until: "2026-11-25T04:00:00+01:00" });
  });

  it("follow the named zone, not UTC", () => {
    expect(isOpen("2026-11-24T22:30Z")).toBe(true);
    expect(isOpen("2026-11-25T01:30Z")).toBe(false);
    expect(isOpen("2026-11-24T22:30Z", { timeZone: "Asia/Tokyo" })).toBe(false);
    expect(isOpen("2026-11-24T13:30Z", { timeZone: "Asia/Tokyo" })).toBe(true);
  });
});

describe("blackouts", () => {
  const blackouts = [{ from: "2026-11-25", to: "2026-11-26", reason: "Black Week" }];

  it("close their days, the first and the last included", () => {
    expect(at("2026-11-25T23:00+01:00", { blackouts })).toMatchObject({
      open: false,
      reasons: ["2026-11-25 is blacked out (Black Week)"],
      nextOpening: "2026-12-01T22:00:00+01:00",
    });
    expect(isOpen("2026-11-26T23:00+01:00", { blackouts })).toBe(false);
  });

  it("cut the night before at midnight, and close their own night to its end", () => {
    expect(at("2026-11-24T23:30+01:00", { blackouts })).toMatchObject({ until: "2026-11-25T00:00:00+01:00" });
    expect(isOpen("2026-11-25T00:00+01:00", { blackouts })).toBe(false);
    expect(isOpen("2026-11-27T01:00+01:00", { blackouts })).toBe(false);
  });

  it("of one day need no end", () => {
    expect(isOpen("2026-11-25T23:00+01:00", { blackouts: [{ from: "2026-11-25" }] })).toBe(false);
    expect(isOpen("2026-11-26T23:00+01:00", { blackouts: [{ from: "2026-11-25" }] })).toBe(true);
  });

  it("that leave nothing open within 400 days are said", () => {
    const verdict = at("2026-11-24T12:00+01:00", { blackouts: [{ from: "2026-01-01", to: "2028-12-31" }] });
    expect(verdict).not.toHaveProperty("nextOpening");
    expect(verdict.sentence).toContain("Nothing opens within 400 days.");
    expect(at("2026-11-24T12:00+01:00", { windows: [] }).sentence).toContain("none declared");
  });
});

describe("the Friday rule", () => {
  const windows = [{ days: ["thursday", "friday"], from: "10:00", to: "02:00" }] as const;

  it("closes Friday from noon on, and the night that counts as Friday's", () => {
    expect(isOpen("2026-11-27T11:59:59.999+01:00", { windows })).toBe(true);
    expect(at("2026-11-27T12:00+01:00", { windows })).toMatchObject({
      open: false,
      reasons: ["nothing starts on a Friday from noon on"],
      nextOpening: "2026-12-03T10:00:00+01:00",
    });
    expect(isOpen("2026-11-28T01:00+01:00", { windows })).toBe(false);
  });

  it("leaves Thursday's night alone, and can be switched off", () => {
    expect(isOpen("2026-11-27T01:00+01:00", { windows })).toBe(true);
    expect(isOpen("2026-11-27T12:00+01:00", { windows, fridayRule: false })).toBe(true);
    expect(isOpen("2026-11-28T01:00+01:00", { windows, fridayRule: false })).toBe(true);
  });

  it("cuts Thursday's window where it would reach into Friday afternoon", () => {
    const long = [{ days: ["thursday"], from: "22:00", to: "16:00" }] as const;
    expect(at("2026-11-26T23:00+01:00", { windows: long })).toMatchObject({
      until: "2026-11-27T12:00:00+01:00",
    });
  });
});

describe("holidays", () => {
  const change = {
    windows: [{ days: ["tuesday", "wednesday", "thursday"], from: "10:00", to: "02:00" }] as const,
    holidays: ["2026-11-26"],
  };

  it("close their day, and the day before from noon to the end of its night", () => {
    expect(isOpen("2026-11-25T11:59:59.999+01:00", change)).toBe(true);
    expect(at("2026-11-25T12:00+01:00", change)).toMatchObject({
      open: false,
      reasons: ["2026-11-26 is a holiday, and nothing starts from noon of the day before"],
    });
    expect(isOpen("2026-11-26T01:00+01:00", change)).toBe(false);
    expect(isOpen("2026-11-26T14:00+01:00", change)).toBe(false);
    expect(isOpen("2026-11-27T01:00+01:00", change)).toBe(false);
  });

  it("leave the night before that alone", () => {
    expect(isOpen("2026-11-25T01:00+01:00", change)).toBe(true);
  });
});

describe("an override", () => {
  const override = { reason: "hotfix for lost orders", by: "Ada", date: "2026-11-27" };

  it("opens its day and the small hours after it, and names reason and author", () => {
    expect(at("2026-11-27T14:00+01:00", { override })).toMatchObject({
      open: true,
      until: "2026-11-28T06:00:00+01:00",
      override,
    });
    expect(at("2026-11-27T14:00+01:00", { override }).sentence).toContain(
      "by an override of Ada: hotfix for lost orders",
    );
  });

  it("holds from midnight to 06:00 of the next morning, no longer", () => {
    expect(isOpen("2026-11-26T21:59:59+01:00", { override })).toBe(false);
    expect(isOpen("2026-11-27T02:30+01:00", { override })).toBe(true);
    expect(isOpen("2026-11-28T05:59:59.999+01:00", { override })).toBe(true);
    expect(isOpen("2026-11-28T06:00+01:00", { override })).toBe(false);
  });

  it("is stronger than a blackout, and not mentioned where a window is open anyway", () => {
    const blackouts = [{ from: "2026-11-27" }];
    expect(isOpen("2026-11-27T14:00+01:00", { override, blackouts })).toBe(true);
    expect(at("2026-11-27T01:00+01:00", { override })).not.toHaveProperty("override");
  });
});

describe("the changes of the clocks", () => {
  const berlin = (days: Schedule["windows"][number]["days"], from: string, to: string) => ({
    windows: [{ days, from, to }],
    fridayRule: false,
  });
  const hours = (date: string, schedule: Partial<Schedule>) => {
    const [opening] = openingsOn(date, { ...runbookSchedule, ...schedule });
    return ((opening?.to ?? 0) - (opening?.from ?? 0)) / 3_600_000;
  };

  it("in spring (2027-03-28, 02:00 becomes 03:00): a night to 03:00 is an hour shorter", () => {
    expect(hours("2027-03-27", berlin(["saturday"], "22:00", "03:00"))).toBe(4);
    expect(hours("2027-03-20", berlin(["saturday"], "22:00", "03:00"))).toBe(5);
  });

  it("in spring: an edge inside the missing hour is the moment of the change", () => {
    expect(at("2027-03-28T00:30Z", berlin(["saturday"], "22:00", "02:30"))).toMatchObject({
      until: "2027-03-28T03:00:00+02:00",
    });
    expect(nextOpening("2027-03-28T00:30Z", berlin(["sunday"], "02:30", "05:00"))).toBe(
      "2027-03-28T03:00:00+02:00",
    );
  });

  it("in spring: a window wholly inside the missing hour does not open that day", () => {
    expect(nextOpening("2027-03-27T12:00Z", berlin(["sunday"], "02:10", "02:50"))).toBe(
      "2027-04-04T02:10:00+02:00",
    );
  });

  it("in autumn (2026-10-25, 03:00 becomes 02:00): a night to 03:00 is an hour longer", () => {
    expect(hours("2026-10-24", berlin(["saturday"], "22:00", "03:00"))).toBe(6);
  });

  it("in autumn: an end inside the repeated hour is its first showing, a start its second", () => {
    expect(at("2026-10-24T23:00Z", berlin(["saturday"], "22:00", "02:30"))).toMatchObject({
      until: "2026-10-25T02:30:00+02:00",
    });
    expect(isOpen("2026-10-25T01:15Z", berlin(["saturday"], "22:00", "02:30"))).toBe(false);
    expect(nextOpening("2026-10-24T23:00Z", berlin(["sunday"], "02:30", "05:00"))).toBe(
      "2026-10-25T02:30:00+01:00",
    );
  });

  it("in autumn: a window wholly inside the repeated hour opens once", () => {
    expect(hours("2026-10-25", berlin(["sunday"], "02:10", "02:50"))).toBeCloseTo(40 / 60, 10);
    expect(nextOpening("2026-10-25T00:55Z", berlin(["sunday"], "02:10", "02:50"))).toBe(
      "2026-11-01T02:10:00+01:00",
    );
  });

  it("names the offset of each moment, also when they differ", () => {
    expect(at("2026-10-24T12:00Z").sentence).toMatch(
      /\(UTC\+02:00\) in Europe\/Berlin.*22:00 \(UTC\+01:00\)\.$/,
    );
  });
});

describe("windows in words", () => {
  it.each([
    [["tuesday", "wednesday", "thursday"], "Tuesday to Thursday 22:00–02:00"],
    [["thursday", "monday"], "Monday, Thursday 22:00–02:00"],
    [["sunday"], "Sunday 22:00–02:00"],
  ] as const)("%j", (days, words) => {
    expect(describeWindows({ ...runbookSchedule, windows: [{ days, from: "22:00", to: "02:00" }] })).toBe(
      words,
    );
  });
});
