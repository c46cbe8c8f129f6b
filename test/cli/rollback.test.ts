import { describe, expect, it } from "vitest";

import type { StoredResource } from "../../cli/engine/port";
import { rollback } from "../../cli/rollback/recipe";
import { withCode } from "../../components/error-code";
import { errorEvent, failedStep, flag, gate, info, pre } from "./support/events";
import {
  failure,
  fakeDesk,
  said,
  STACK,
  stackFile,
  storedDeploy,
  storedGate,
  storedMigrations,
  type Script,
} from "./support/fake-desk";
import { applied, CAR, PARTS, reached, unreached } from "./support/rolled-out";

/** A stack whose update leaves these migrations in the database. */
function leaving(left: string[], more: object = {}): { state: StoredResource[]; script: Script } {
  const state = [...applied];
  const script: Script = ({ op }) => {
    if (op === "up") state[0] = storedMigrations(left, more);
    return {};
  };
  return { state, script };
}

describe("rollback --full", () => {
  it("with --yes goes at once: one edit, one update, no preview, no question, no consent", async () => {
    const desk = fakeDesk({ text: stackFile("notifications"), state: applied });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true })).toBe(0);
    expect(desk.file()).toBe(stackFile("preparation"));
    expect(desk.calls).toEqual(["up"]);
    expect(desk.asked).toEqual([]);
  });

  it("without --yes shows what it does and what is kept, and asks", async () => {
    const desk = fakeDesk({
      text: stackFile("notifications"),
      state: applied,
      interactive: true,
      script: ({ op }) =>
        op === "preview"
          ? {
              events: [
                pre(flag("ENABLE_CAR_NUMBER", "true", "false")),
                info(`keeping ${PARTS}: rolling it back would drop tables`),
              ],
            }
          : {},
    });
    desk.answers = ["yes"];
    expect(await rollback(desk, { stack: STACK, full: true })).toBe(0);
    expect(said(desk)).toContain("ENABLE_CAR_NUMBER goes off");
    expect(said(desk)).toContain(`migration ${PARTS}: kept; rolling it back would drop tables`);
  });

  it("ends with a checklist in which only what was checked is ticked", async () => {
    const state = [
      ...applied.filter(({ name }) => name !== "gate-preparation"),
      storedGate("preparation", "succeeded"),
    ];
    const desk = fakeDesk({ text: stackFile("notifications"), state });
    await rollback(desk, { stack: STACK, full: true, yes: true });
    const checklist = desk.data.join("\n");
    expect(checklist).toContain("[x] Health checks answer");
    expect(checklist).toContain("[ ] Every service is live with them");
    expect(checklist).toContain("[ ] Notify the team and customer support");
    expect(checklist).toContain("[ ] git has Pulumi.prod.yaml as it is now");
  });

  it("takes an adoption out that would be later than the phase", async () => {
    const adopted = stackFile("notifications", "  felix-hub-rollout:adopt: ui\n");
    const desk = fakeDesk({ text: adopted, state: applied });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true })).toBe(0);
    expect(desk.file()).toBe(stackFile("preparation"));
  });

  it("rolls migrations back only with a consent, which is written to the file with date and name", async () => {
    const desk = fakeDesk({ text: stackFile("notifications"), ...leaving([CAR]) });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true, acceptDataLoss: [PARTS] })).toBe(0);
    expect(desk.file()).toContain(`    ${PARTS}: "2026-11-24 by Ada"`);
    expect(said(desk)).toContain(
      `Data loss: ${PARTS} (risk: medium): rolling it back drops the tables categories and parts and their data (accepted)`,
    );
    expect(said(desk)).toContain(`Kept, as no consent names it: ${CAR} (risk: low)`);
  });

  it("gives a consent a time where the same date was used up before", async () => {
    const state = [
      storedMigrations([CAR, PARTS], { usedConsents: { [PARTS]: ["2026-11-24 by Ada"] } }),
      storedGate("migrations", "succeeded"),
    ];
    const desk = fakeDesk({ text: stackFile("migrations"), state });
    await rollback(desk, { stack: STACK, full: true, yes: true, acceptDataLoss: [PARTS] });
    expect(desk.file()).toContain(`    ${PARTS}: "2026-11-24T22:10:00+01:00 by Ada"`);
  });

  it("gives a consent a time, too, where one of that date was spent and its rollback never ended", async () => {
    const state = [
      ...applied,
      {
        kind: "Consents",
        name: "consents",
        inputs: {},
        outputs: { spent: { [PARTS]: ["2026-11-24 by Ada"] } },
      },
    ];
    const desk = fakeDesk({ text: stackFile("migrations"), state });
    await rollback(desk, { stack: STACK, full: true, yes: true, acceptDataLoss: [PARTS] });
    expect(desk.file()).toContain(`    ${PARTS}: "2026-11-24T22:10:00+01:00 by Ada"`);
  });

  it("writes with --untried that a rollback which nobody can try first is accepted too", async () => {
    const desk = fakeDesk({ text: stackFile("notifications"), state: applied });
    await rollback(desk, { stack: STACK, full: true, yes: true, acceptDataLoss: [PARTS], untried: true });
    expect(desk.file()).toContain(`    ${PARTS}: "2026-11-24 by Ada, untried"`);
  });

  it("does not end well where a migration that was consented to is still there", async () => {
    const desk = fakeDesk({ text: stackFile("preparation"), ...leaving([CAR, PARTS]) });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true, acceptDataLoss: [PARTS] })).toBe(1);
    expect(desk.data.join("\n")).toContain(`consented to, and not rolled back: ${PARTS}`);
  });

  it("never says that nothing was lost of a migration that was made anew without its rows", async () => {
    const left = leaving([PARTS], { rolledBack: [PARTS, CAR] });
    const desk = fakeDesk({ text: stackFile("preparation"), ...left });
    const options = { stack: STACK, full: true, yes: true, acceptDataLoss: [CAR, PARTS] };
    expect(await rollback(desk, options)).toBe(0);
    const told = desk.data.join("\n");
    expect(told).toContain(`made anew by something since, without its rows: ${PARTS}`);
    expect(told).not.toContain("nothing of it was lost");
  });

  it("counts the rows that would be lost, where the runner can tell, before anybody agrees", async () => {
    const counted = info(`rolling back ${PARTS} would lose rows: categories 4, parts 1204`);
    const script: Script = ({ op }) => (op === "previewRefresh" ? { events: [counted] } : {});
    const desk = fakeDesk({ text: stackFile("preparation"), state: applied, script, interactive: true });
    desk.answers = ["y"];
    await rollback(desk, { stack: STACK, full: true, acceptDataLoss: [CAR, PARTS] }, reached);
    expect(desk.calls).toEqual(["previewRefresh", "preview", "up"]);
    expect(said(desk)).toContain("and their data; rows now: categories 4, parts 1204 (accepted)");
    expect(said(desk)).toMatch(/car_number of orders and its data \(accepted\)/);
  });

  it("goes on where the rows cannot be counted, and says so", async () => {
    const left = leaving([]);
    const script: Script = (call) =>
      call.op === "previewRefresh" ? failure([errorEvent("no such job")]) : left.script(call);
    const desk = fakeDesk({ text: stackFile("preparation"), state: left.state, script, interactive: true });
    desk.answers = ["y"];
    expect(await rollback(desk, { stack: STACK, full: true, acceptDataLoss: [CAR, PARTS] }, reached)).toBe(0);
    expect(said(desk)).toContain("The rows could not be counted: no such job");
  });
});

describe("rollback --partial", () => {
  it("puts the flags on hold and leaves the phase", async () => {
    const desk = fakeDesk({ text: stackFile("notifications"), state: applied });
    const flags = ["ENABLE_TG_ADMIN_NOTIFS", "ENABLE_TG_MECH_NOTIFS"];
    expect(await rollback(desk, { stack: STACK, partial: flags, yes: true })).toBe(0);
    expect(desk.file()).toContain("phase: notifications");
    expect(desk.file()).toContain(
      "  felix-hub-rollout:hold: [ENABLE_TG_ADMIN_NOTIFS, ENABLE_TG_MECH_NOTIFS]\n",
    );
  });

  it("refuses a flag that nobody knows, and guesses", async () => {
    const desk = fakeDesk({ text: stackFile("notifications") });
    await expect(rollback(desk, { stack: STACK, partial: ["ENABLE_TG_MECH"], yes: true })).rejects.toThrow(
      /did you mean ENABLE_TG_MECH_NOTIFS/,
    );
    expect(desk.calls).toEqual([]);
  });

  it("says of a flag that is held already that it is, and runs the update all the same", async () => {
    const held = stackFile("notifications", "  felix-hub-rollout:hold: [ENABLE_TG_MECH_NOTIFS]\n");
    const desk = fakeDesk({ text: held, state: applied });
    expect(await rollback(desk, { stack: STACK, partial: ["ENABLE_TG_MECH_NOTIFS"], yes: true })).toBe(0);
    expect(desk.file()).toBe(held);
    expect(desk.calls).toEqual(["up"]);
    expect(said(desk)).toContain("ENABLE_TG_MECH_NOTIFS is on hold already.");
  });
});

describe("rollback --migrations-only", () => {
  it("is refused while flags are on that need the schema, and says which", async () => {
    const desk = fakeDesk({ text: stackFile("api"), state: applied });
    const refused = rollback(desk, { stack: STACK, migrationsOnly: true, yes: true });
    await expect(refused).rejects.toThrow(`ENABLE_CAR_NUMBER is on and needs ${CAR}`);
    expect(desk.file()).toBe(stackFile("api"));
    expect(desk.calls).toEqual([]);
  });

  it("is refused without a consent, and names the options that give it", async () => {
    const desk = fakeDesk({ text: stackFile("preparation"), state: applied });
    await expect(rollback(desk, { stack: STACK, migrationsOnly: true, yes: true })).rejects.toThrow(
      `--migrations-only --accept-data-loss ${PARTS} ${CAR}`,
    );
    expect(desk.file()).toBe(stackFile("preparation"));
  });

  it("does not even ask for an older migration when a newer one is kept", async () => {
    const desk = fakeDesk({ text: stackFile("migrations"), state: applied, interactive: true });
    desk.answers = ["", CAR, "y"];
    await expect(rollback(desk, { stack: STACK, migrationsOnly: true })).rejects.toThrow("without a consent");
    expect(desk.asked).toHaveLength(1);
    expect(desk.asked[0]).toContain(PARTS);
    expect(desk.file()).toBe(stackFile("migrations"));
    expect(desk.calls).not.toContain("up");
  });

  it("takes a typed migration as consent, the newest first, and keeps an older one that is not typed", async () => {
    const desk = fakeDesk({ text: stackFile("migrations"), ...leaving([CAR]), interactive: true });
    desk.answers = [PARTS, "", "y"];
    expect(await rollback(desk, { stack: STACK, migrationsOnly: true }, reached)).toBe(0);
    expect(desk.file()).toContain(`${PARTS}: "2026-11-24 by Ada"`);
    expect(desk.file()).not.toContain(CAR);
    expect(desk.asked[0]).toContain(PARTS);
    expect(desk.asked[1]).toContain(CAR);
  });

  it("asks as well, where no rollback can be tried first, whether it is to be rolled back all the same", async () => {
    const desk = fakeDesk({ text: stackFile("migrations"), ...leaving([CAR]), interactive: true });
    desk.answers = [PARTS, "", "untried", "y"];
    expect(await rollback(desk, { stack: STACK, migrationsOnly: true }, unreached)).toBe(0);
    expect(said(desk)).toContain(
      `The rollback of ${PARTS} cannot be tried before anything is lost: there is no direct connection to the database.`,
    );
    expect(desk.asked[2]).toContain("untried");
    expect(desk.file()).toContain(`${PARTS}: "2026-11-24 by Ada, untried"`);
  });

  it("writes no more than the consent where that is not typed: the update keeps the migration", async () => {
    const desk = fakeDesk({ text: stackFile("migrations"), state: applied, interactive: true });
    desk.answers = [PARTS, "", "", "y"];
    await rollback(desk, { stack: STACK, migrationsOnly: true }, unreached);
    expect(desk.file()).toContain(`${PARTS}: "2026-11-24 by Ada"`);
  });

  it("tells whoever cannot be asked that the consent does not count, and with what it does", async () => {
    const desk = fakeDesk({ text: stackFile("migrations"), state: applied });
    await rollback(
      desk,
      { stack: STACK, migrationsOnly: true, yes: true, acceptDataLoss: [PARTS] },
      unreached,
    );
    expect(said(desk)).toContain("with --untried it does");
    expect(desk.asked).toEqual([]);
  });
});

describe("rollback --to and --to-commit", () => {
  it("goes to an earlier phase", async () => {
    const desk = fakeDesk({ text: stackFile("notifications"), state: applied });
    expect(await rollback(desk, { stack: STACK, to: "api", yes: true })).toBe(0);
    expect(desk.file()).toBe(stackFile("api"));
  });

  it("refuses a later phase and points forwards", async () => {
    const desk = fakeDesk({ text: stackFile("api") });
    await expect(rollback(desk, { stack: STACK, to: "ui", yes: true })).rejects.toThrow(
      /npm run advance -- --stack prod/,
    );
  });

  it("takes the values of a revision, and runs the same phase again where the file says it already", async () => {
    const desk = fakeDesk({ text: stackFile("notifications"), state: applied });
    desk.git.fileAt = async () => stackFile("api", "  felix-hub-rollout:hold: [ENABLE_CAR_NUMBER]\n");
    expect(await rollback(desk, { stack: STACK, toCommit: "HEAD~1", yes: true })).toBe(0);
    expect(desk.file()).toContain("phase: api   # the one line");
    expect(desk.file()).toContain("hold: [ENABLE_CAR_NUMBER]");
  });

  it("refuses a consent for a migration that stays wanted", async () => {
    const desk = fakeDesk({ text: stackFile("notifications") });
    await expect(
      rollback(desk, { stack: STACK, to: "api", yes: true, acceptDataLoss: [CAR] }),
    ).rejects.toThrow(/stays applied in phase api/);
  });
});

describe("a rollback when things are broken", () => {
  const locked = (pid: number) =>
    failure(
      [],
      `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.\n  file:///s/x.json: created by ada@laptop (pid ${pid}) at 2026-11-24T21:05:10Z`,
    );

  it("frees a stack whose update was killed, and goes on", async () => {
    const desk = fakeDesk({
      text: stackFile("ui"),
      state: applied,
      alive: false,
      script: ({ count }) => (count === 1 ? locked(4711) : {}),
    });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true })).toBe(0);
    expect(desk.calls).toEqual(["up", "cancel", "up"]);
    expect(said(desk)).toContain(
      "locked by an update of ada@laptop (process 4711, since 2026-11-24T21:05:10Z). That process does not exist any more",
    );
  });

  it("does not break the lock of an update that runs", async () => {
    const desk = fakeDesk({ text: stackFile("ui"), state: applied, alive: true, script: () => locked(4711) });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true })).toBe(1);
    expect(desk.calls).toEqual(["up"]);
    expect(said(desk)).toContain("still running");
  });

  it("asks before it breaks a lock of another machine", async () => {
    const desk = fakeDesk({
      text: stackFile("ui"),
      state: applied,
      interactive: true,
      script: ({ op, count }) => (op === "up" && count === 1 ? locked(1) : {}),
    });
    desk.answers = ["y", "y"];
    expect(await rollback(desk, { stack: STACK, full: true })).toBe(0);
    expect(desk.calls).toEqual(["preview", "up", "cancel", "up"]);
  });

  it("without a network keeps the wish in the file and prints both ways on", async () => {
    const desk = fakeDesk({
      text: stackFile("ui"),
      state: applied,
      script: () =>
        failure([
          errorEvent(
            "Render could not be reached: GET /services at api.render.com failed with a name that does not resolve (ENOTFOUND). Next: check the network.",
          ),
        ]),
    });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true })).toBe(1);
    expect(desk.file()).toBe(stackFile("preparation"));
    expect(said(desk)).toContain("the same command goes on: npm run rollback -- --stack prod --full");
    expect(said(desk)).toContain("npm run rollback -- --stack prod --full --instructions");
  });

  it("that a trial refused names neither the same command nor the steps by hand: both would take away what the live code needs", async () => {
    const message = withCode({
      message: `${PARTS}: not rolled back, and nothing was lost: /api/parts answers HTTP 500`,
      code: "SCHEMA_STILL_NEEDED",
      data: {},
    });
    const desk = fakeDesk({
      text: stackFile("preparation"),
      state: applied,
      script: () => failure([errorEvent(message)]),
    });
    const options = { stack: STACK, full: true, yes: true, acceptDataLoss: [PARTS] };
    expect(await rollback(desk, options)).toBe(1);
    expect(said(desk)).toContain("let the schema stay");
    expect(said(desk)).not.toMatch(/--instructions|the same command goes on/);
  });

  it("ticks nothing by what the gate found another time, when it did not come to look", async () => {
    const state = [
      ...applied,
      storedDeploy("felix-hub-backend", { ENABLE_CAR_NUMBER: "true" }),
      storedDeploy("felix-hub-mechanics-frontend", {
        VITE_ENABLE_MECH_I18N: "false",
        VITE_ENABLE_UI_REFRESH: "false",
      }),
    ];
    const broken = failure([errorEvent("Render could not be reached: GET /services at api.render.com.")]);
    const desk = fakeDesk({ text: stackFile("ui"), state, script: () => broken });
    await rollback(desk, { stack: STACK, full: true, yes: true });
    const printed = desk.data.join("\n");
    expect(printed).toContain("last deployed with other values of ENABLE_CAR_NUMBER");
    expect(printed).toContain("it has not looked");
    expect(printed).toContain("[ ] Every service is live with them");
    expect(printed).toContain("[ ] Services report their flags as declared");
    expect(printed).toContain("[ ] Health checks answer");
  });

  it("shows what the gate found when it is the gate that failed in this run", async () => {
    const failed = gate("preparation", "update", { old: "closed", new: "open" });
    const state = [
      ...applied.filter(({ name }) => name !== "gate-preparation"),
      storedGate("preparation", "failed"),
    ];
    const events = [
      failedStep(failed),
      errorEvent("gate preparation did not pass:\n  health: fail: HTTP 503"),
    ];
    const desk = fakeDesk({ text: stackFile("ui"), state, script: () => failure(events) });
    await rollback(desk, { stack: STACK, full: true, yes: true });
    expect(desk.data.join("\n")).toMatch(/✗ +│ health felix-hub-backend/);
  });

  it("names the admin's key where the environment is protected", async () => {
    const events = [
      failedStep(flag("ENABLE_CAR_NUMBER", "true", "false")),
      errorEvent(
        withCode({
          code: "RENDER_REFUSED",
          message:
            "the API key's user may not do this: PUT /services/srv-a/env-vars/ENABLE_CAR_NUMBER at api.render.com answered HTTP 403. Next: in a protected environment only admins change variables.",
          data: { status: 403 },
        }),
      ),
    ];
    const desk = fakeDesk({ text: stackFile("ui"), state: applied, script: () => failure(events) });
    expect(await rollback(desk, { stack: STACK, full: true, yes: true })).toBe(1);
    expect(said(desk)).toContain(
      "`pulumi config set --stack prod --secret renderApiKey` with an admin's key",
    );
  });

  it("a preview that breaks does not stop it, if the operator goes on", async () => {
    const desk = fakeDesk({
      text: stackFile("ui"),
      state: applied,
      interactive: true,
      script: ({ op }) => (op === "preview" ? failure([errorEvent("broken")]) : {}),
    });
    desk.answers = ["y"];
    expect(await rollback(desk, { stack: STACK, full: true })).toBe(0);
    expect(desk.calls).toEqual(["preview", "up"]);
  });
});

it("exactly one way back has to be named", async () => {
  const desk = fakeDesk({ text: stackFile("ui") });
  await expect(rollback(desk, { stack: STACK })).rejects.toThrow(/say what to roll back/);
  await expect(rollback(desk, { stack: STACK, full: true, to: "api" })).rejects.toThrow(/only one/);
});

it("prints what was verified as JSON", async () => {
  const desk = fakeDesk({ text: stackFile("ui"), state: applied });
  await rollback(desk, { stack: STACK, full: true, yes: true, json: true });
  expect(JSON.parse(desk.data.join("\n"))).toMatchObject({ stack: "prod", phase: "preparation" });
});
