import { describe, expect, it } from "vitest";

import { checkWatched } from "../../../components/providers/gate/check-watched";
import type { Watched } from "../../../components/providers/watch-log";

const minute = (index: number, seconds = 0) =>
  new Date(Date.UTC(2026, 10, 24, 21, index, seconds)).toISOString();
const watched = (more: Partial<Watched>, until = 10) =>
  checkWatched(
    { looks: 20, outages: [], ...more },
    { since: new Date(minute(0)), now: new Date(minute(until)), timeZone: "Europe/Berlin" },
  )[0];
const outage = (index: number) => ({
  service: `s${index}`,
  since: minute(index),
  seconds: 8,
  text: "HTTP 503",
});

describe("what the watch saw while a phase soaked", () => {
  it("is no evidence where it did not look and saw nothing", () => {
    expect(watched({ looks: 0 })).toBeUndefined();
    expect(watched({ looks: 0, outages: [outage(1)] })).toMatchObject({ verdict: "warn", samples: 0 });
  });

  it("passes without an outage, and warns with each of them: when, how long, what was answered", () => {
    expect(watched({})).toMatchObject({
      check: "watch",
      verdict: "pass",
      samples: 20,
      observed: "0 outages",
    });
    expect(watched({ outages: [outage(1)] })).toMatchObject({
      ...{ verdict: "warn", observed: "1 outage", evidence: [outage(1)] },
      summary: "the watch saw: s1 down at 22:01:00 for 8 s (HTTP 503)",
    });
    const { seconds: _none, ...endless } = outage(2);
    expect(watched({ outages: [endless] })?.summary).toContain(
      "s2 down at 22:02:00 and nobody saw its end (HTTP 503)",
    );
  });

  it("names five outages, and counts the others", () => {
    const outages = Array.from({ length: 7 }, (_, index) => outage(index));
    expect(watched({ outages })?.summary).toMatch(/s4 down at 22:04:00 for 8 s \(HTTP 503\); 2 more$/);
    expect(watched({ outages })?.evidence).toEqual(outages.slice(0, 5));
    expect(watched({ outages: outages.slice(0, 5) })?.summary).not.toContain("more");
  });

  it("says of which time nothing is known: before it began, in a hole, after it ended", () => {
    const lookedAt = [4, 5, 6, 7, 11, 12, 13].map((index) => minute(index));
    expect(watched({ lookedAt }, 17)?.summary).toBe(
      "the watch saw no outage since 22:00:00; nothing was asked from 22:00:00 to 22:04:00, 22:07:00 to 22:11:00, " +
        "22:13:00 to 22:17:00, and nothing is known of that time",
    );
    expect(watched({ lookedAt: [] })?.summary).toContain("nothing was asked from 22:00:00 to 22:10:00");
  });

  it("calls two minutes no hole, and no pause that is three times as long as usual", () => {
    const often = [minute(2), minute(2, 30), minute(3), minute(3, 30)];
    expect(watched({ lookedAt: [...often, minute(5, 30)] }, 7)?.summary).not.toContain("nothing was asked");
    expect(watched({ lookedAt: [...often, minute(5, 31)] }, 7)?.summary).toContain("22:03:30 to 22:05:31");
    const eachMinute = [0, 1, 2, 3, 6].map((index) => minute(index));
    expect(watched({ lookedAt: eachMinute }, 7)?.summary).not.toContain("nothing was asked");
  });

  it("takes no pause for a hole that is usual for it", () => {
    const everyThree = [0, 3, 6, 9, 18].map((index) => minute(index));
    expect(watched({ lookedAt: everyThree }, 18)?.summary).toBe("the watch saw no outage since 22:00:00");
    expect(watched({ lookedAt: [0, 3, 6, 9].map((index) => minute(index)) }, 19)?.summary).toContain(
      "nothing was asked from 22:09:00 to 22:19:00",
    );
  });
});
