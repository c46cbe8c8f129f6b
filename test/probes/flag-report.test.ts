import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readFlagReport, type FlagReport } from "../../components/probes/flag-report";

const KEYS = ["ENABLE_CAR_NUMBER", "ENABLE_TG_ADMIN_NOTIFS"];
const read = (answer: unknown, report: Partial<FlagReport> = {}, keys: readonly string[] = KEYS) =>
  readFlagReport(
    typeof answer === "string" ? answer : JSON.stringify(answer),
    { path: "/flags", ...report },
    keys,
  );
const reasonOf = (...args: Parameters<typeof read>): string => {
  const found = read(...args);
  return found.known ? `known: ${JSON.stringify(found.flags)}` : found.reason;
};

describe("a report without any of our flags is no report, and never means that all are off:", () => {
  it.each<[string, unknown, Partial<FlagReport>, string]>([
    ["an error's object", { error: true, message: "locked" }, {}, "failed (error); it has error, message"],
    ["an error beside flags", { error: "no database", ENABLE_CAR_NUMBER: false }, {}, "it failed (error)"],
    ["a refusal", { success: false, flags: {} }, {}, "it failed (success)"],
    [
      "a failed status",
      { status: "error", flags: { ENABLE_CAR_NUMBER: false } },
      { at: "flags" },
      "it failed (status)",
    ],
    [
      "an empty object",
      {},
      {},
      "names none of our flags: it has nothing; looked for ENABLE_CAR_NUMBER, ENABLE_TG",
    ],
    ["flags one level down", { flags: { ENABLE_CAR_NUMBER: true } }, {}, "did you mean at: flags?"],
    [
      "flags two levels down",
      { data: { flags: { ENABLE_CAR_NUMBER: true } } },
      {},
      "did you mean at: data.flags?",
    ],
    [
      "another spelling",
      { carNumber: true, x: 1 },
      {},
      "did you mean names: {ENABLE_CAR_NUMBER: carNumber}?",
    ],
    ["lower case", { enable_car_number: true }, {}, "names: {ENABLE_CAR_NUMBER: enable_car_number}"],
    ["a spelling one level down", { flags: { "car-number": true } }, {}, "did you mean at: flags?"],
    [
      "another place",
      { flags: { ENABLE_CAR_NUMBER: true } },
      { at: "features" },
      'nothing stands at "features"; the answer has flags; did you mean at: flags?',
    ],
    ["booleans of somebody else", { maintenance: false, beta: true }, {}, "it has maintenance, beta"],
    [
      "names that are not there",
      { car: true },
      { names: { ENABLE_CAR_NUMBER: "kar" } },
      "kar (ENABLE_CAR_NUMBER)",
    ],
    [
      "null for each",
      { ENABLE_CAR_NUMBER: null, ENABLE_TG_ADMIN_NOTIFS: null },
      {},
      "names none of our flags",
    ],
    [
      "an object without our flags, though what is absent is off",
      { version: "1" },
      { absent: "off" },
      "names none",
    ],
    ["an empty object, though what is absent is off", {}, { absent: "off" }, "names none"],
    [
      "an error at the place of the flags",
      { data: { error: "locked", ENABLE_CAR_NUMBER: false } },
      { at: "data" },
      "failed (error)",
    ],
    [
      "a refusal on the way to them",
      { data: { success: false, flags: { ENABLE_CAR_NUMBER: false } } },
      { at: "data.flags" },
      "failed (success)",
    ],
    ["a refusal in a word", { success: "false", ENABLE_CAR_NUMBER: false }, {}, "it failed (success)"],
    ["a refusal by a number", { ok: 0, ENABLE_CAR_NUMBER: false }, {}, "it failed (ok)"],
    [
      "an HTTP error in an answer of 200",
      { statusCode: 503, ENABLE_CAR_NUMBER: false },
      {},
      "it failed (statusCode)",
    ],
    ["a status that is one", { status: 500, ENABLE_CAR_NUMBER: false }, {}, "it failed (status)"],
    [
      "a service that is not there",
      { status: "unavailable", ENABLE_CAR_NUMBER: false },
      {},
      "it failed (status)",
    ],
    [
      "a list of names in another spelling, though what is absent is off",
      ["car-number"],
      { absent: "off" },
      "names: {ENABLE_CAR_NUMBER: car-number}",
    ],
    [
      "a list of settings, though what is absent is off",
      ["ENABLE_CAR_NUMBER=true"],
      { absent: "off" },
      "names none",
    ],
    [
      "a list of errors, though what is absent is off",
      ["error: the database is locked"],
      { absent: "off" },
      "names none",
    ],
    ["a number where flags should be", { flags: 3 }, { at: "flags" }, "is a number"],
    ["a list of numbers", [1, 2], {}, "neither a map nor a list of flags"],
    ["null", "null", {}, "is null"],
    ["a page", "<!doctype html><title>Hub</title>", {}, 'an HTML page, "Hub", and no report'],
    ["no JSON", "ENABLE_CAR_NUMBER=true", {}, "not JSON"],
    ["nothing", "", {}, "the answer is empty"],
  ])("%s", (_what, answer, report, words) => {
    const reason = reasonOf(answer, report);
    expect(reason).not.toMatch(/^known/);
    expect(reason).toContain(words);
  });

  it("names what was seen without a terminal's escapes, without secrets and not at any length", () => {
    const answer = { "\u001b[31mred\n::error::": 1, ["x".repeat(300)]: 1, rnd_abcdef123456: 1 };
    const reason = reasonOf(answer);
    expect(reason).toContain("?[31mred?::error::, ");
    expect(reason).not.toContain("rnd_abcdef123456");
    expect(reason.length).toBeLessThan(300);
  });
});

describe("a report's place, names and words", () => {
  const bothOn = { known: true, flags: { ENABLE_CAR_NUMBER: "true", ENABLE_TG_ADMIN_NOTIFS: "false" } };
  it.each<[string, unknown, Partial<FlagReport>]>([
    ["booleans", { ENABLE_CAR_NUMBER: true, ENABLE_TG_ADMIN_NOTIFS: false }, {}],
    ["words", { ENABLE_CAR_NUMBER: " Yes ", ENABLE_TG_ADMIN_NOTIFS: "OFF" }, {}],
    ["numbers", { ENABLE_CAR_NUMBER: 1, ENABLE_TG_ADMIN_NOTIFS: 0 }, {}],
    ["a place", { a: { b: { ENABLE_CAR_NUMBER: true, ENABLE_TG_ADMIN_NOTIFS: false } } }, { at: "a.b" }],
    [
      "a key that holds dots",
      { "a.b": { ENABLE_CAR_NUMBER: true, ENABLE_TG_ADMIN_NOTIFS: false } },
      { at: "a.b" },
    ],
    [
      "names of its own, flat and deep",
      { carNumber: true, telegram: { admins: false } },
      { names: { ENABLE_CAR_NUMBER: "carNumber", ENABLE_TG_ADMIN_NOTIFS: "telegram.admins" } },
    ],
    [
      "maps",
      { ENABLE_CAR_NUMBER: { enabled: true }, ENABLE_TG_ADMIN_NOTIFS: { value: "off", rollout: 5 } },
      {},
    ],
    [
      "a list of maps",
      [
        { name: "ENABLE_CAR_NUMBER", enabled: true },
        { name: "ENABLE_TG_ADMIN_NOTIFS", enabled: false },
      ],
      {},
    ],
    ["a list of those that are on", { on: ["ENABLE_CAR_NUMBER"] }, { at: "on", absent: "off" }],
    [
      "words of its own",
      { ENABLE_CAR_NUMBER: "Everyone", ENABLE_TG_ADMIN_NOTIFS: "no" },
      { on: ["everyone"] },
    ],
    [
      "other things beside them",
      { version: "2", error: null, ENABLE_CAR_NUMBER: true, ENABLE_TG_ADMIN_NOTIFS: false },
      {},
    ],
  ])("%s", (_what, answer, report) => {
    expect(read(answer, report)).toEqual(bothOn);
  });

  it("leave unknown what is not named beside one that is, unless absent is declared as off", () => {
    const answer = { ENABLE_CAR_NUMBER: true, ENABLE_TG_ADMIN_NOTIFS: null };
    const flags = { ENABLE_CAR_NUMBER: "true", ENABLE_TG_ADMIN_NOTIFS: "unknown" };
    expect(read(answer)).toEqual({ known: true, flags });
    const off = { ...flags, ENABLE_TG_ADMIN_NOTIFS: "false" };
    expect(read(answer, { absent: "off" })).toEqual({ known: true, flags: off });
  });

  it("are off in an empty list of those that are on, where absent is declared as off", () => {
    expect(read({ on: [] }, { at: "on", absent: "off" })).toMatchObject({
      known: true,
      flags: { ENABLE_CAR_NUMBER: "false" },
    });
    expect(read({ on: [] }, { at: "on" }).known).toBe(false);
  });

  it.each<[unknown]>([["maybe"], ["25%"], [0.5], [{}], [[]], [{ rollout: 50 }]])(
    "do not guess at %j: a value that is neither on nor off is told as such",
    (value) => {
      expect(read({ ENABLE_CAR_NUMBER: value, ENABLE_TG_ADMIN_NOTIFS: true })).toMatchObject({
        flags: { ENABLE_CAR_NUMBER: "other" },
      });
    },
  );

  it("leave unknown what stands there in another spelling, though absent is declared as off", () => {
    expect(read({ ENABLE_CAR_NUMBER: true, tgAdminNotifs: true }, { absent: "off" })).toMatchObject({
      flags: { ENABLE_CAR_NUMBER: "true", ENABLE_TG_ADMIN_NOTIFS: "unknown" },
    });
  });

  it("are off in a list of other names, where absent is declared as off", () => {
    expect(read(["dark-mode", "beta"], { absent: "off" })).toMatchObject({
      flags: { ENABLE_CAR_NUMBER: "false" },
    });
  });

  it.each<[string, unknown]>([
    ["switched on, and its value off", { enabled: true, value: false }],
    ["switched off, and its value on", { enabled: false, value: "on" }],
    ["on for nobody", { enabled: true, percentage: 0 }],
    ["on for some", { enabled: true, rollout: 25 }],
  ])("do not guess at a flag that is %s", (_what, entry) => {
    expect(read({ ENABLE_CAR_NUMBER: entry, ENABLE_TG_ADMIN_NOTIFS: true })).toMatchObject({
      flags: { ENABLE_CAR_NUMBER: "other" },
    });
  });

  it("may say the opposite: where only no counts as on, yes is off", () => {
    expect(read({ ENABLE_CAR_NUMBER: false, ENABLE_TG_ADMIN_NOTIFS: true }, { on: ["false"] })).toEqual(
      bothOn,
    );
  });

  it("may begin with a byte order mark", () => {
    expect(read(`\uFEFF${JSON.stringify({ ENABLE_CAR_NUMBER: true, ENABLE_TG_ADMIN_NOTIFS: 0 })}`)).toEqual(
      bothOn,
    );
  });

  it("believe no name that stands twice with two values", () => {
    const twice = [true, false].map((enabled) => ({ name: "ENABLE_CAR_NUMBER", enabled }));
    expect(read(twice)).toMatchObject({ flags: { ENABLE_CAR_NUMBER: "other" } });
  });

  it("know a flag that is called like one of JavaScript's own only where it stands", () => {
    expect(read({ other: true }, {}, ["constructor"]).known).toBe(false);
  });
});

describe("whatever an answer holds", () => {
  it("a flag is known only where the answer names it", () => {
    const any = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(
        any,
        fc.constantFrom<Partial<FlagReport>>({}, { at: "a" }, { absent: "off" }),
        (answer, report) => {
          const found = read(answer, report);
          // No key of ours is ever drawn by chance; only a list of names can then say that nothing is on.
          if (found.known) expect(report.absent).toBe("off");
        },
      ),
    );
  });

  it("what it says of our flags is what is read, wherever they stand and whatever stands beside them", () => {
    const place = fc.array(fc.constantFrom("data", "flags", "config", "v1"), { maxLength: 3 });
    const beside = fc.dictionary(fc.constantFrom("version", "at", "other"), fc.jsonValue({ maxDepth: 1 }));
    fc.assert(
      fc.property(place, beside, fc.boolean(), fc.boolean(), (path, more, first, second) => {
        const flags = { ...more, ENABLE_CAR_NUMBER: first, ENABLE_TG_ADMIN_NOTIFS: second };
        const answer = path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), flags);
        expect(read(answer, path.length === 0 ? {} : { at: path.join(".") })).toEqual({
          known: true,
          flags: { ENABLE_CAR_NUMBER: String(first), ENABLE_TG_ADMIN_NOTIFS: String(second) },
        });
      }),
    );
  });
});
