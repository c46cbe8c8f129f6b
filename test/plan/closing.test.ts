import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMinutes, soakRemaining, soakSentence } from "../../components/plan/closing";

const MINUTE = 60_000;
const at = (time: string) => new Date(`2026-11-24T${time}Z`);

describe("a soak", () => {
  const facts = { passedAt: "2026-11-24T21:00:00Z", soakMs: 15 * MINUTE, now: at("21:06:12") };

  it("is counted from the gate's pass", () => {
    expect(soakRemaining(facts)).toEqual({
      remainingMs: 15 * MINUTE - 372_000,
      soakedMs: 372_000,
      soakMs: 15 * MINUTE,
      mayCloseAt: at("21:15:00"),
      now: facts.now,
    });
  });

  it("starts again with a later live deploy, and not with an earlier one", () => {
    expect(soakRemaining({ ...facts, lastLiveDeployAt: "2026-11-24T21:05:00Z" }).mayCloseAt).toEqual(
      at("21:20:00"),
    );
    expect(soakRemaining({ ...facts, lastLiveDeployAt: "2026-11-24T20:59:00Z" }).mayCloseAt).toEqual(
      at("21:15:00"),
    );
  });

  it("is over at its very end, and not a millisecond before", () => {
    expect(soakRemaining({ ...facts, now: at("21:15:00") }).remainingMs).toBe(0);
    expect(soakRemaining({ ...facts, now: at("21:14:59.999") }).remainingMs).toBe(1);
  });

  it("of no length is over at once", () => {
    expect(soakRemaining({ ...facts, soakMs: 0, now: at("21:00:00") }).remainingMs).toBe(0);
  });

  it("has not begun while the clock is behind the pass", () => {
    expect(soakRemaining({ ...facts, now: at("20:59:00") })).toMatchObject({
      soakedMs: 0,
      remainingMs: 16 * MINUTE,
    });
  });

  it("never ends because a time could not be read", () => {
    expect(() => soakRemaining({ ...facts, passedAt: "yesterday" })).toThrow('"yesterday" is no ISO time');
    expect(() => soakRemaining({ ...facts, lastLiveDeployAt: "" })).toThrow('"" is no ISO time');
  });

  it("does not depend on the offset in which a time is written", () => {
    const written = "2026-11-24T22:00:00+01:00";
    expect(soakRemaining({ ...facts, passedAt: written })).toEqual(soakRemaining(facts));
  });

  it("what is soaked and what remains make up the whole, until it is over", () => {
    const instant = fc.date({
      min: new Date("2026-01-01"),
      max: new Date("2027-01-01"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, instant, fc.nat(48 * 60), (passed, now, minutes) => {
        const soak = soakRemaining({ passedAt: passed.toISOString(), soakMs: minutes * MINUTE, now });
        if (now >= passed && soak.remainingMs > 0) expect(soak.soakedMs + soak.remainingMs).toBe(soak.soakMs);
        expect(soak.remainingMs === 0).toBe(now >= soak.mayCloseAt);
      }),
    );
  });
});

describe("the sentence about a soak", () => {
  const sentence = (passedAt: string, soakMs: number, now: Date, zone = "Europe/Berlin") =>
    soakSentence("api", soakRemaining({ passedAt, soakMs, now }), zone);

  it("tells how far it is and when the gate may close, in the stack's time zone", () => {
    expect(sentence("2026-11-24T21:26:00Z", 15 * MINUTE, at("21:32:12"))).toBe(
      "api: soaked 6m12s of 15m00s; may end at 22:41 Europe/Berlin",
    );
  });

  it("names the date where it is not today's there", () => {
    expect(sentence("2026-11-24T22:50:00Z", 15 * MINUTE, at("22:50:30"))).toBe(
      "api: soaked 0m30s of 15m00s; may end at 2026-11-25 00:05 Europe/Berlin",
    );
    expect(sentence("2026-11-24T22:50:00Z", 15 * MINUTE, at("22:50:30"), "UTC")).toBe(
      "api: soaked 0m30s of 15m00s; may end at 23:05 UTC",
    );
    expect(sentence("2026-11-24T21:00:00Z", 24 * 60 * MINUTE, at("22:00:00"))).toBe(
      "api: soaked 1h00m00s of 24h00m00s; may end at 2026-11-25 22:00 Europe/Berlin",
    );
  });

  it("never names a minute in which the gate may not close yet", () => {
    expect(sentence("2026-11-24T21:26:40Z", 15 * MINUTE, at("21:32:12"))).toContain(
      "may end at 22:42 Europe/Berlin",
    );
    expect(sentence("2026-11-24T22:44:40Z", 15 * MINUTE, at("22:50:00"))).toContain(
      "may end at 2026-11-25 00:00 Europe/Berlin",
    );
  });

  it("says so when it is over", () => {
    expect(sentence("2026-11-24T21:26:40Z", 15 * MINUTE, at("21:50:00"))).toBe(
      "api: soaked 23m20s of 15m00s; may end since 22:41 Europe/Berlin",
    );
  });

  it("follows the clocks when they are put back in the night", () => {
    const now = new Date("2026-10-25T00:30:00Z");
    expect(sentence("2026-10-25T00:30:00Z", 60 * MINUTE, now)).toBe(
      "api: soaked 0m00s of 1h00m00s; may end at 02:30 Europe/Berlin",
    );
  });
});

describe("a length of time", () => {
  it.each([
    [0, "0m00s"],
    [999, "0m00s"],
    [372_000, "6m12s"],
    [3_900_000, "1h05m00s"],
    [90_000_000, "25h00m00s"],
  ])("%d ms is %s", (milliseconds, expected) => {
    expect(formatMinutes(milliseconds)).toBe(expected);
  });
});
