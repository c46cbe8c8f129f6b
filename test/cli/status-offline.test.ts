import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { stackFile } from "./support/fake-desk";
import { BACKEND, run, show, statusWorld, tell, type StatusWorld } from "./support/status-world";

/** The desk's clock says 2026-11-24 22:10 in Berlin, a Tuesday; nothing outside the files can be asked. */
function alone(phase: string, more = ""): StatusWorld {
  const world = statusWorld(stackFile(phase, more), stackFile(phase));
  world.desk.openEngine = () => Promise.reject(new Error("nobody may ask for an engine"));
  world.openRender = () => Promise.reject(new Error("nobody may ask Render"));
  return world;
}

const offline = { offline: true };
const signed = `  felix-hub-rollout:acknowledged: {plan-read: "2020-01-01 by Ada"}\n`;

describe("status --offline", () => {
  it("needs neither Pulumi nor Render, and says what it could not look at: exit code 0", async () => {
    const { code, facts, words } = await tell(alone("api"), offline);
    expect(facts).toMatchObject({
      at: "2026-11-24T21:10:00.000Z",
      clock: "this machine",
      offline: true,
      phase: { declared: "api", inState: null, gate: null, updateDue: null },
      gates: null,
      drift: null,
      deploys: null,
      act: [],
    });
    expect(facts.notLookedAt.map((note) => note.split(":")[0])).toEqual(["state", "Render"]);
    expect(code).toBe(0);
    expect(words).toMatch(/^Not looked at: state: .*\nNot looked at: Render: /);
  });

  it("tells flags and migrations as they are declared", async () => {
    const { facts } = await tell(alone("api", "  felix-hub-rollout:hold: [ENABLE_CAR_NUMBER]\n"), offline);
    expect(facts.flags.slice(0, 3).map(({ key, declared }) => `${key} ${declared}`)).toEqual([
      "ENABLE_CAR_NUMBER held",
      "ENABLE_PART_CATEGORIES on",
      "VITE_ENABLE_MECH_I18N off",
    ]);
    expect(
      facts.migrations.map(({ wanted, inState, inDatabase }) => ({ wanted, inState, inDatabase })),
    ).toEqual([
      { wanted: true, inState: null, inDatabase: null },
      { wanted: true, inState: null, inDatabase: null },
    ]);
  });

  it("tells what the next phase would bring, held flags apart", async () => {
    const { facts } = await tell(alone("ui", "  felix-hub-rollout:hold: [ENABLE_TG_MECH_NOTIFS]\n"), offline);
    expect(facts.next).toMatchObject({
      phase: "notifications",
      brings: {
        flagsOn: ["ENABLE_TG_ADMIN_NOTIFS"],
        flagsOff: [],
        flagsHeld: ["ENABLE_TG_MECH_NOTIFS"],
        migrations: [],
        deploys: [BACKEND],
      },
    });
  });

  it("lists the sign-offs that are there and those that are missing, whenever they were signed", async () => {
    const { facts } = await tell(alone("preparation", signed), offline);
    expect(facts.signOffs.map(({ id, signature, counts }) => ({ id, signature, counts }))).toEqual([
      { id: "backup-verified", signature: null, counts: false },
      { id: "plan-read", signature: "2020-01-01 by Ada", counts: true },
      { id: "team-informed", signature: null, counts: false },
    ]);
    expect(facts.next!.blockers.map(({ sentence }) => /not signed off: (\S+)/.exec(sentence)?.[1])).toEqual([
      "backup-verified",
      "team-informed",
    ]);
    expect(await show(alone("preparation", signed), offline)).toContain(
      "  signed off: plan-read (2020-01-01 by Ada)\n",
    );
  });

  it("judges the schedule by this machine's clock: open, shut with the next opening, or none", async () => {
    const schedule = (day: string) =>
      `  felix-hub-rollout:schedule: {windows: [{days: [${day}], from: "22:00", to: "23:00"}]}\n`;
    const open = await tell(alone("api", schedule("tuesday")), offline);
    expect(open.facts.schedule).toMatchObject({ open: true, until: "2026-11-24T23:00:00+01:00" });
    expect(open.facts.next).toMatchObject({ mayStart: null, blockers: [] });
    expect(await show(alone("api", schedule("tuesday")), offline)).toContain(
      "the schedule is open until 23:00",
    );
    const shut = await tell(alone("api", schedule("thursday")), offline);
    expect(shut.facts.next).toMatchObject({
      mayStart: false,
      earliest: "2026-11-26T21:00:00.000Z",
      blockers: [{ kind: "schedule", remainingSeconds: 2 * 86_400 - 600 }],
    });
    expect(shut.code).toBe(0);
    const none = alone("api", "  felix-hub-rollout:schedule: {enforce: false}\n");
    expect((await tell(none, offline)).facts.schedule).toBeNull();
  });

  it("names what the config lacks for the next phase", async () => {
    const world = alone("preparation");
    const project = join(world.desk.directory, "Pulumi.yaml");
    const text = readFileSync(project, "utf8");
    writeFileSync(project, text.replace(/^ {2}backup:\n(?: {4}.*\n|\n)+/m, ""));
    const { facts } = await tell(world, offline);
    expect(facts.next!.blockers[0]).toMatchObject({ kind: "config", until: null });
    expect(facts.next!.blockers[0]!.sentence).toMatch(
      /^with phase: migrations, the config is not valid.*\n.*backup/,
    );
  });

  it("has the same keys as a look at everything", async () => {
    const everything = await tell(statusWorld(stackFile("api")));
    const files = await tell(alone("api"), offline);
    expect(Object.keys(files.facts)).toEqual(Object.keys(everything.facts));
    expect(Object.keys(files.facts.next!)).toEqual(Object.keys(everything.facts.next!));
    expect(Object.keys(files.facts.phase)).toEqual(Object.keys(everything.facts.phase));
  });

  it("refuses a config that is not valid, with the position", async () => {
    await expect(run(alone("api", "  felix-hub-rollout:phse: ui\n"), offline)).rejects.toThrow(
      'Pulumi.prod.yaml:5:3: found the unknown key "phse"',
    );
  });

  it("says that nothing comes after the last phase", async () => {
    expect((await tell(alone("complete"), offline)).facts.next).toBeNull();
  });
});
