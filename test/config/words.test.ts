import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSignature } from "../../components/config/signatures";
import { parseDuration } from "../../components/config/durations";
import { describe as describeFound, nearest } from "../../components/config/found";
import { formatPath } from "../../components/config/problem";

describe("a duration", () => {
  it.each([
    ["90 seconds", 90],
    ["1 minute", 60],
    ["15 minutes", 900],
    ["24 hours", 86_400],
    ["2 days", 172_800],
    ["0 seconds", 0],
  ])("%s is %d seconds", (written, expected) => {
    expect(parseDuration(written)).toBe(expected);
  });

  it.each(["15", "15m", "15 mins", "1.5 hours", "-1 minute", "15  minutes", "", "1e3 seconds"])(
    '"%s" is none',
    (written) => {
      expect(parseDuration(written)).toBeUndefined();
    },
  );
});

describe("a signature", () => {
  it("keeps date, time and giver apart", () => {
    expect(parseSignature(" 2026-11-24T22:10:05Z   by  Ada  L. ")).toEqual({
      date: "2026-11-24",
      time: "22:10:05Z",
      by: "Ada L.",
      text: "2026-11-24T22:10:05Z by Ada L.",
    });
  });

  it.each([
    "2026-11-24",
    "by Ada",
    "2026-11-24 by",
    "24.11.2026 by Ada",
    "2026-02-29 by Ada",
    "2026-11-24T24:01 by Ada",
    "yes",
  ])('"%s" is none', (written) => {
    expect(parseSignature(written)).toBeUndefined();
  });

  it("reads the same again from its own text", () => {
    const real = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(real, fc.stringMatching(/^[A-Za-z]{1,9}( [a-z.]{1,9}){0,2}$/), (date, by) => {
        const signature = parseSignature(`${date.toISOString().slice(0, 10)} by ${by}`);
        expect(signature).toMatchObject({ by });
        expect(parseSignature(signature!.text)).toEqual(signature);
      }),
    );
  });
});

describe("what was found", () => {
  it.each([
    ["rnd_0123456789abcdef"],
    ["postgres://ada:pass@db.example/felix"],
    ["123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"],
  ])("is not shown when it looks like a secret: %s", (secret) => {
    expect(describeFound(secret)).toBe("a text that looks like a secret (not shown)");
  });

  it("is shortened when it is long", () => {
    expect(describeFound("x".repeat(200))).toHaveLength(82);
  });
});

describe("the nearest name", () => {
  const names = ["preparation", "migrations", "api", "ui"];
  it.each([
    ["apii", "api"],
    ["UI", "ui"],
    ["migration", "migrations"],
    ["prep", "preparation"],
    ["monitoring", undefined],
    ["", undefined],
    ["xyz", undefined],
  ])("to %j is %j", (found, expected) => {
    expect(nearest(found, names)).toBe(expected);
  });
});

describe("a path", () => {
  it("can be read back by a person, whatever its keys hold", () => {
    expect(formatPath(["flags", "ENABLE_X", "requires", 0])).toBe("flags.ENABLE_X.requires[0]");
    expect(formatPath(["migrations", "001.a", "phase"])).toBe('migrations["001.a"].phase');
  });
});
