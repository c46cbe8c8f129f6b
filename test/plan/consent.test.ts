import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { parseSignature } from "../../components/config/signatures";
import { consentCounts } from "../../components/plan/consent";

const facts = { usedConsents: [], timeZone: "Europe/Berlin" };
const ADA = "2026-11-24 by Ada";

describe("a consent", () => {
  it("counts while nothing is known of an application or of an earlier use", () => {
    expect(consentCounts(ADA, facts)).toEqual({ counts: true });
    expect(consentCounts(parseSignature(ADA)!, facts)).toEqual({ counts: true });
  });

  it("counts once: its text never counts again, however it is spaced", () => {
    const reason = `the consent "${ADA}" was used up by an earlier rollback; give a new one with a new date`;
    expect(consentCounts(ADA, { ...facts, usedConsents: [ADA] })).toEqual({ counts: false, reason });
    expect(consentCounts(` 2026-11-24   by Ada `, { ...facts, usedConsents: ["x", ADA] })).toEqual({
      counts: false,
      reason,
    });
  });

  it("counts once also where it stands in state with other spaces around and between its words", () => {
    expect(consentCounts(ADA, { ...facts, usedConsents: [` ${ADA.replaceAll(" ", "  ")} `] }).counts).toBe(
      false,
    );
  });

  it.each([
    ["2026-11-24 by ADA", ADA],
    ["2026-11-24 by Ada.", ADA],
    ["2026-11-24 by Ada\u200b", ADA],
    ["2026-11-24T21:10Z by Ada", "2026-11-24T22:10+01:00 by Ada"],
    ["2026-11-24T22:10 by Ada", "2026-11-24T22:10+01:00 by Ada"],
    ["2026-11-24T22:10:00 by ada", "2026-11-24T22:10 by Ada"],
  ])("counts once: %s is no new one after %s", (text, used) => {
    expect(consentCounts(text, { ...facts, usedConsents: [used] }).counts).toBe(false);
  });

  it("counts again with a time, another time or another giver", () => {
    for (const text of ["2026-11-24T22:10 by Ada", "2026-11-24T22:12 by Ada", "2026-11-24T22:11 by Bob"])
      expect(consentCounts(text, { ...facts, usedConsents: [ADA, "2026-11-24T22:11 by Ada"] }).counts).toBe(
        true,
      );
  });

  it("of a later day does not count yet, but for somebody who lives where that day has begun", () => {
    const now = new Date("2026-11-23T12:00:00Z");
    expect(consentCounts("2026-11-25 by Ada", { ...facts, now })).toEqual({
      counts: false,
      reason: 'the consent "2026-11-25 by Ada" is of a later day; give it the date on which it is given',
    });
    expect(consentCounts(ADA, { ...facts, now }).counts).toBe(true);
  });

  it("with another date counts again", () => {
    expect(consentCounts("2026-11-25 by Ada", { ...facts, usedConsents: [ADA] })).toEqual({ counts: true });
  });

  it("without a time is older only from the day on which the stack's calendar has moved on", () => {
    // 23:30 UTC is half past midnight of the next day in Berlin.
    expect(consentCounts(ADA, { ...facts, appliedAt: "2026-11-24T22:30:00Z" })).toEqual({ counts: true });
    expect(consentCounts(ADA, { ...facts, appliedAt: "2026-11-24T23:30:00Z" })).toEqual({
      counts: false,
      reason: `the consent "${ADA}" is older than its last application (2026-11-25 00:30 Europe/Berlin); give a new one`,
    });
    expect(consentCounts(ADA, { ...facts, timeZone: "UTC", appliedAt: "2026-11-24T23:30:00Z" })).toEqual({
      counts: true,
    });
  });

  it.each([
    ["2026-11-24T22:10+01:00 by Ada", "2026-11-24T21:10:00Z", true],
    ["2026-11-24T22:10+01:00 by Ada", "2026-11-24T21:10:01Z", false],
    ["2026-11-24T21:10Z by Ada", "2026-11-24T21:10:01Z", false],
    ["2026-11-24T22:10 by Ada", "2026-11-24T21:10:00Z", true],
    ["2026-11-24T22:10 by Ada", "2026-11-24T21:11:00Z", false],
  ])("%s, with the application at %s, counts: %s", (consent, appliedAt, counts) => {
    expect(consentCounts(consent, { ...facts, appliedAt }).counts).toBe(counts);
  });

  it("does not count when it cannot be read, or the application's time cannot", () => {
    expect(consentCounts("yes", facts)).toMatchObject({ counts: false });
    expect(consentCounts(ADA, { ...facts, appliedAt: "a while ago" })).toEqual({
      counts: false,
      reason: 'it is not known when it was applied ("a while ago" is no time)',
    });
  });
});

describe("for any consent", () => {
  const instant = fc.date({ min: new Date("2026-01-02"), max: new Date("2027-12-30"), noInvalidDate: true });
  const zone = fc.constantFrom(
    "Europe/Berlin",
    "UTC",
    "Pacific/Auckland",
    "America/Los_Angeles",
    "Asia/Kolkata",
  );
  const withTime = instant.map((date) => `${date.toISOString().slice(0, 19)}Z by Ada`);
  const withoutTime = instant.map((date) => `${date.toISOString().slice(0, 10)} by Ada`);

  it("one that was used once never counts, whatever else is known", () => {
    fc.assert(
      fc.property(
        fc.oneof(withTime, withoutTime),
        fc.option(instant, { nil: undefined }),
        zone,
        (consent, applied, timeZone) => {
          const known = { usedConsents: [consent], timeZone, appliedAt: applied?.toISOString() };
          expect(consentCounts(consent, known).counts).toBe(false);
        },
      ),
    );
  });

  it("one with a time counts exactly when it is not before the last application", () => {
    fc.assert(
      fc.property(withTime, instant, zone, (consent, applied, timeZone) => {
        const given = Date.parse(consent.split(" ")[0]!);
        const counts = consentCounts(consent, {
          usedConsents: [],
          timeZone,
          appliedAt: applied.toISOString(),
        }).counts;
        expect(counts).toBe(given >= applied.getTime());
      }),
    );
  });

  it("one without a time counts exactly until the day of the application is over before it, by the stack's calendar", () => {
    fc.assert(
      fc.property(withoutTime, instant, zone, (consent, applied, timeZone) => {
        const counts = consentCounts(consent, {
          usedConsents: [],
          timeZone,
          appliedAt: applied.toISOString(),
        }).counts;
        const endOfDay = DateTime.fromISO(consent.slice(0, 10), { zone: timeZone }).endOf("day").toMillis();
        expect(counts).toBe(applied.getTime() <= endOfDay);
      }),
    );
  });

  it("a later application never makes one count that did not", () => {
    fc.assert(
      fc.property(
        fc.oneof(withTime, withoutTime),
        instant,
        instant,
        zone,
        (consent, one, other, timeZone) => {
          const [early, late] = [one, other].sort((a, b) => a.getTime() - b.getTime());
          const counts = (applied: Date) =>
            consentCounts(consent, { usedConsents: [], timeZone, appliedAt: applied.toISOString() }).counts;
          if (counts(late!)) expect(counts(early!)).toBe(true);
        },
      ),
    );
  });
});
