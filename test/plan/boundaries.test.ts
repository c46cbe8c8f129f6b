import { describe, expect, it } from "vitest";

import { parseSources, formatProblems, type StackConfig } from "../../components/config";
import { parseSignature } from "../../components/config/signatures";
import type { Schedule } from "../../components/config/types";
import { consentCounts, sameConsent } from "../../components/plan/consent";
import { planRollout } from "../../components/plan/plan-rollout";
import { describeWindows, scheduleVerdict } from "../../components/plan/schedule/schedule-verdict";
import { instantsAt } from "../../components/plan/schedule/wall-time";
import { validProjectYaml, validStackYaml } from "../config/wrong-configs";

const schedule: Schedule = {
  timeZone: "UTC",
  windows: [{ days: ["tuesday"], from: "20:00", to: "22:00" }],
  blackouts: [],
  holidays: [],
  fridayRule: true,
} as unknown as Schedule;
const at = (time: string, more: Partial<Schedule> = {}) =>
  scheduleVerdict({ ...schedule, ...more }, new Date(`2026-11-24T${time}Z`));

describe("a window", () => {
  it.each([
    ["19:59:59.999", false],
    ["20:00:00.000", true],
    ["21:59:59.999", true],
    ["22:00:00.000", false],
  ])("is open from its first moment to before its last: %s", (time, open) => {
    expect(at(time).open).toBe(open);
  });

  it("that begins this very moment is not the next one", () => {
    const blackouts = [{ from: "2026-11-24", to: "2026-11-24" }] as Schedule["blackouts"];
    expect(at("20:00:00.000", { blackouts })).toMatchObject({
      open: false,
      reasons: ["2026-11-24 is blacked out"],
      nextOpening: "2026-12-01T20:00:00Z",
    });
  });

  it("that a rule cuts says so while it would be open, and not outside of it", () => {
    const cut = {
      windows: [{ days: ["tuesday"], from: "20:00", to: "02:00" }],
      holidays: ["2026-11-25"],
    } as unknown as Partial<Schedule>;
    const CUT = "2026-11-25 is a holiday, and nothing starts from noon of the day before";
    expect(at("19:59:59.999", cut)).toMatchObject({ reasons: ["outside the windows (Tuesday 20:00–02:00)"] });
    expect(at("20:00:00.000", cut)).toMatchObject({ open: false, reasons: [CUT] });
    expect(scheduleVerdict({ ...schedule, ...cut }, new Date("2026-11-25T01:59:59.999Z"))).toMatchObject({
      reasons: [CUT],
    });
    expect(scheduleVerdict({ ...schedule, ...cut }, new Date("2026-11-25T02:00:00.000Z"))).toMatchObject({
      reasons: ["2026-11-25 is a holiday", "outside the windows (Tuesday 20:00–02:00)"],
    });
  });

  it("goes on in those that it touches, in whatever order they are written", () => {
    const windows = [
      { days: ["tuesday"], from: "22:30", to: "23:00" },
      { days: ["tuesday"], from: "22:00", to: "22:30" },
      { days: ["tuesday"], from: "20:00", to: "22:00" },
    ] as unknown as Schedule["windows"];
    expect(at("20:30:00", { windows })).toMatchObject({ open: true, until: "2026-11-24T23:00:00Z" });
  });

  it("opens by an override from midnight to six in the morning after", () => {
    const override = { date: "2026-11-24", by: "Ada", reason: "it must" } as Schedule["override"];
    const open = (moment: string) => scheduleVerdict({ ...schedule, override }, new Date(moment)).open;
    expect(
      [
        "2026-11-23T23:59:59.999Z",
        "2026-11-24T00:00:00Z",
        "2026-11-25T05:59:59.999Z",
        "2026-11-25T06:00:00Z",
      ].map(open),
    ).toEqual([false, true, true, false]);
  });

  it("is looked for 400 days ahead", () => {
    const blackout = (to: string) =>
      ({ blackouts: [{ from: "2026-11-24", to }] }) as unknown as Partial<Schedule>;
    // 2027-12-28 is a Tuesday, 399 days ahead.
    expect(at("10:00:00", blackout("2027-12-27"))).toMatchObject({ nextOpening: "2027-12-28T20:00:00Z" });
    expect(at("10:00:00", blackout("2027-12-28"))).not.toHaveProperty("nextOpening");
    const daily = {
      windows: [{ days: ["wednesday"], from: "20:00", to: "22:00" }],
    } as unknown as Partial<Schedule>;
    // 2027-12-29 is a Wednesday, exactly 400 days ahead.
    expect(at("10:00:00", { ...daily, ...blackout("2027-12-28") })).toMatchObject({
      nextOpening: "2027-12-29T20:00:00Z",
    });
  });
});

it.each([
  [["monday", "tuesday"], "Monday, Tuesday"],
  [["monday", "tuesday", "wednesday"], "Monday to Wednesday"],
  [["monday", "wednesday", "friday"], "Monday, Wednesday, Friday"],
  [[], "no day"],
])("the days %j read as %s", (days, words) => {
  const windows = [{ days, from: "20:00", to: "22:00" }] as unknown as Schedule["windows"];
  expect(describeWindows({ ...schedule, windows })).toBe(`${words} 20:00–22:00`);
});

it("an hour that autumn repeats stands at two moments, the earlier one first; one that spring leaves out at the change", () => {
  const [first, second] = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].map((text) => Date.parse(text));
  expect(instantsAt("2026-10-25", "02:30", "Europe/Berlin")).toEqual([first, second]);
  expect(instantsAt("2026-03-29", "02:30", "Europe/Berlin")).toEqual([Date.parse("2026-03-29T01:00:00Z")]);
  expect(instantsAt("2026-11-24", "02:30", "Europe/Berlin")).toEqual([Date.parse("2026-11-24T01:30:00Z")]);
});

describe("a consent", () => {
  it.each<[string, string, boolean]>([
    ["2026-11-24 by Ada", "2026-11-24 by ada.", true],
    ["2026-11-24 by Ada,;.", "2026-11-24 by Ada", true],
    ["2026-11-24 by A.da", "2026-11-24 by Ada", false],
    ["2026-11-24 by Ada", "2026-11-24T10:00Z by Ada", false],
    ["2026-11-24T10:00Z by Ada", "2026-11-24 by Ada", false],
    ["2026-11-24T10:00Z by Ada", "2026-11-24T11:00+01:00 by Ada", true],
    ["2026-11-24T10:00Z by Ada", "2026-11-24T11:00+01:00 by Bob", false],
    ["2026-11-24T10:00Z by Ada", "no signature", false],
    ["2026-11-24 by Ada", "2026-11-25 by Ada", false],
    ["2026-11-24 by STRASSE", "2026-11-24 by straße", false],
  ])("is the same one as another: %s and %s: %s", (one, other, same) => {
    expect(sameConsent(one, other, "UTC")).toBe(same);
    expect(sameConsent(other, one, "UTC")).toBe(same);
  });

  it("of a later day counts where nobody asks for the day", () => {
    const consent = parseSignature("2026-11-24 by Ada")!;
    const facts = { usedConsents: [], timeZone: "UTC" };
    expect(consentCounts(consent, facts)).toEqual({ counts: true });
    expect(consentCounts(consent, { ...facts, now: new Date("2026-11-20T00:00:00Z") }).counts).toBe(false);
  });
});

describe("a plan", () => {
  function planOf(edit: (text: string) => string) {
    const parsed = parseSources(
      [
        { kind: "stack", file: "Pulumi.prod.yaml", text: validStackYaml },
        { kind: "project", file: "Pulumi.yaml", text: edit(validProjectYaml) },
      ],
      { stack: "prod" },
    );
    if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
    return planRollout(parsed.config satisfies StackConfig);
  }

  it("tells what an absent variable means where config says so, and nothing where it does not", () => {
    const { flags } = planOf((text) => text.replace("purpose: Cart,", "purpose: Cart, unset: unknown,"));
    expect(flags.map(({ unset }) => unset)).toEqual(["unknown", undefined]);
    expect(Object.hasOwn(flags[1]!, "unset")).toBe(false);
  });

  it("names for each service the flags of its own that are built into its code", () => {
    const { deploys } = planOf((text) => text);
    expect(deploys.map(({ serviceKey, buildTime }) => [serviceKey, buildTime])).toEqual([
      ["shop-api", []],
      ["shop-site", ["VITE_NEW_LOOK"]],
    ]);
  });
});
