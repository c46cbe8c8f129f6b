import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { advance } from "../../cli/advance/recipe";
import { rollback } from "../../cli/rollback/recipe";
import {
  fakeDesk,
  said,
  STACK,
  stackFile,
  storedGate,
  storedMigrations,
  type FakeDesk,
} from "./support/fake-desk";

const CAR = "001_add_car_number_column";
const state = [
  storedMigrations([CAR]),
  ...["preparation", "migrations", "api"].map((phase) => storedGate(phase, "succeeded")),
];

/** What a colleague's editor, or `git pull`, does while the question waits. */
const others = {
  consents: (desk: FakeDesk) => {
    const consent = `  felix-hub-rollout:acceptDataLoss:\n    ${CAR}: "2026-11-24 by Bob"\n`;
    writeFileSync(join(desk.directory, `Pulumi.${STACK}.yaml`), desk.file() + consent);
  },
  changesTheCatalogue: (desk: FakeDesk) => {
    const path = join(desk.directory, "Pulumi.yaml");
    writeFileSync(path, readFileSync(path, "utf8").replace("phase: ui", "phase: api"));
  },
};

describe("a colleague's consent that is added while the prompt waits", () => {
  it("stops a rollback before anything is touched, and stays in the file", async () => {
    const desk = fakeDesk({ text: stackFile("api"), state, interactive: true, whileAsked: others.consents });
    desk.answers = ["y"];
    expect(await rollback(desk, { stack: STACK, full: true })).toBe(1);
    expect(desk.calls).toEqual(["preview"]);
    expect(said(desk)).toContain(
      "Pulumi.prod.yaml was changed while this waited: what would run is not what was shown. Nothing was touched.",
    );
    expect(desk.file()).toContain("by Bob");
  });

  it("stops an advance before anything is touched", async () => {
    const desk = fakeDesk({ text: stackFile("api"), state, interactive: true, whileAsked: others.consents });
    desk.answers = ["y"];
    expect(await advance(desk, { stack: STACK })).toBe(1);
    expect(desk.calls).toEqual(["preview"]);
    expect(said(desk)).toContain("npm run advance -- --stack prod shows what it would do now");
  });
});

it("a catalogue that changes while the prompt waits stops it, too, and the stack file is as before", async () => {
  const desk = fakeDesk({
    text: stackFile("api"),
    state,
    interactive: true,
    whileAsked: others.changesTheCatalogue,
  });
  desk.answers = ["y"];
  expect(await advance(desk, { stack: STACK })).toBe(1);
  expect(desk.calls).toEqual(["preview"]);
  expect(said(desk)).toContain("Pulumi.yaml was changed while this waited");
  expect(desk.file()).toBe(stackFile("api"));
});

describe("preview and update", () => {
  it("read the same frozen copy, which only its owner can read, and which is gone afterwards", async () => {
    const seen: { op: string; file: string; mode: number; text: string }[] = [];
    const desk = fakeDesk({
      text: stackFile("api"),
      state,
      interactive: true,
      script: ({ op, watch, stackFile: text }) => {
        const file = watch.configFile ?? "";
        seen.push({ op, file, mode: statSync(file).mode & 0o777, text });
        return {};
      },
    });
    desk.answers = ["y"];
    expect(await advance(desk, { stack: STACK })).toBe(0);
    expect(seen.map(({ op, mode, text }) => [op, mode, text])).toEqual([
      ["preview", 0o600, stackFile("ui")],
      ["up", 0o600, stackFile("ui")],
    ]);
    expect(new Set(seen.map(({ file }) => file)).size).toBe(1);
    expect(existsSync(seen[0]?.file ?? "")).toBe(false);
  });

  it("with --yes, what is written into the file once the update has begun changes nothing of it", async () => {
    let read = "";
    const desk = fakeDesk({
      text: stackFile("api"),
      state,
      script: ({ op, watch }) => {
        others.consents(desk);
        if (op === "up") read = readFileSync(watch.configFile ?? "", "utf8");
        return {};
      },
    });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true })).toBe(0);
    expect(read).toBe(stackFile("preparation"));
  });
});

it("what Pulumi itself writes into the copy, a new stack's encryption salt, is taken over into the file", async () => {
  const salt = "encryptionsalt: v1:abc=\n";
  const desk = fakeDesk({
    text: stackFile("api"),
    state,
    script: ({ watch, stackFile: text }) => {
      if (watch.configFile !== undefined && !text.includes(salt))
        writeFileSync(watch.configFile, text + salt);
      return {};
    },
  });
  expect(await advance(desk, { stack: STACK, yes: true })).toBe(0);
  expect(desk.file()).toBe(stackFile("ui") + salt);
});
