import { BACKEND } from "../felix-hub/services";
import type { FelixHubWorld } from "../felix-hub/world";
import type { Person } from "./person";
import type { Scene } from "./play";

const CAR_FLAG = "ENABLE_CAR_NUMBER";
const API = [CAR_FLAG, "ENABLE_PART_CATEGORIES"];
const BUGGY = "ENABLE_TG_MECH_NOTIFS";
const TELEGRAM = ["ENABLE_TG_ADMIN_NOTIFS", BUGGY];
const CAR = "001_add_car_number_column";
const CATEGORIES = "002_create_categories_parts_tables";
const SCHEMA = [CAR, CATEGORIES];

/** Gate, verdict and next step: what an advance's reader wants to see of it. */
const GATE = [
  /^ {2}- /,
  /^Gate .* has passed/,
  /did not pass/,
  /: fail: /,
  /may begin at/,
  /^Next: go back/,
  /^error/i,
];

/** The evening as its operator lives through it, by the runbook's commands: an old database, forwards, failures, the way back. */
export function felixHubScenes(world: FelixHubWorld): Scene[] {
  return [
    { title: "Before anything is touched: is the running system well?", play: look },
    { title: "The first update: it takes over what Render has, and its gate is red", play: preparation },
    { title: "The way forward: a named check is overridden for a day, and the backup fails", play: override },
    { title: "Phase migrations: a verified backup, then the schema", play: migrations },
    { title: "Phase api, after its review", play: api },
    { title: "Too early: the next phase is refused while this one soaks", play: tooEarly },
    { title: "Phase ui, a quarter of an hour later", play: ui },
    { title: "Beside the rollout, the watch sees an outage", play: watch },
    { title: "Phase notifications has a bug: the gate says no, and the operator goes back", play: buggy },
    { title: "Once more with --auto-rollback: another bug, and it goes back by itself", play: autoRollback },
    { title: "Phase notifications, with the bugs mended", play: notifications },
    { title: "Phase smoke and a day of monitoring", play: monitoring },
    { title: "Somebody flips a flag by hand", play: drift },
    { title: "At night the schedule is shut: off is always possible, on is not", play: night },
    { title: "The whole way back: flags off and live, the schema kept", play: fullRollback },
    { title: "A schema rollback is tried first, and the live code needs the column", play: refusedTrial },
    { title: "With code that does not need it, the schema goes back", play: schemaRollback },
  ];

  async function look(person: Person): Promise<void> {
    person.story("The database is older than the code that is live: the orders cannot be listed.");
    await person.type("verify", [], { ends: "alarm", says: ["/api/orders"], live: [] });
  }

  async function preparation(person: Person): Promise<void> {
    await person.type("advance", ["--yes"], { ends: "refused", shows: GATE, live: [] });
    await person.type("status", [], { shows: [/preparation/, /^Next/] });
  }

  async function override(person: Person): Promise<void> {
    person.sign("team-informed");
    const words = `${world.today()} by Ada, endpoints: the orders need migration 001, which is next`;
    person.edit({ override: { preparation: words } });
    world.breakBackups(true);
    await person.type("advance", ["--yes"], { ends: "refused", says: ["backup"], shows: GATE });
  }

  async function migrations(person: Person): Promise<void> {
    world.breakBackups(false);
    await person.type("advance", ["--yes"], { shows: GATE, live: [], applied: SCHEMA });
  }

  async function api(person: Person): Promise<void> {
    person.edit({ phase: "api" });
    await person.type("review", [], { shows: [/^#/, /ENABLE_/] });
    person.edit({ phase: "migrations" });
    await person.type("advance", ["--yes"], { shows: GATE, live: API });
  }

  async function tooEarly(person: Person): Promise<void> {
    await person.type("advance", ["--yes"], { ends: "refused", says: ["soaked"], live: API });
    await person.type("status", [], { says: ["ui"] });
  }

  async function ui(person: Person): Promise<void> {
    await person.wait(15, "the api phase soaks");
    await person.type("advance", ["--yes"], { shows: GATE });
  }

  async function watch(person: Person): Promise<void> {
    await person.type("verify", ["--watch", "--rounds", "4", "--every", "3"], {
      ends: "alarm",
      meanwhile: () => world.outage(6_000),
      shows: [/down/, /failed/],
    });
  }

  async function buggy(person: Person): Promise<void> {
    world.breakFlag(BUGGY);
    person.story(`(The back end becomes unhealthy while ${BUGGY} is on. Nobody knows yet.)`);
    await person.wait(15, "the ui phase soaks");
    await person.type("advance", ["--yes"], { ends: "stopped", says: ["is not healthy"], shows: GATE });
    await person.type("rollback", ["--to", "ui", "--yes"], { shows: [/^\s*\[x\]/, /^Next/] });
  }

  async function autoRollback(person: Person): Promise<void> {
    world.breakFlag(BUGGY, "errors");
    person.story(`(Now every fifth request fails while ${BUGGY} is on.)`);
    await person.wait(15, "the ui phase soaks");
    await person.type("advance", ["--auto-rollback", "--yes"], {
      ends: "stopped",
      says: ["Going back to ui at once (--auto-rollback)."],
      shows: [...GATE, /Going back/],
    });
  }

  async function notifications(person: Person): Promise<void> {
    world.mend();
    await person.wait(15, "the ui phase soaks");
    await person.type("advance", ["--yes"], { shows: GATE });
  }

  async function monitoring(person: Person): Promise<void> {
    await person.wait(30, "notifications soak");
    person.sign("telegram-received");
    await person.type("advance", ["--yes"], { shows: GATE });
    await person.type("advance", ["--yes"], { shows: GATE });
    await person.wait(24 * 60, "a day of monitoring");
    await person.type("advance", ["--yes"], { shows: GATE, applied: SCHEMA });
  }

  async function drift(person: Person): Promise<void> {
    world.flipInDashboard(BACKEND, CAR_FLAG, "false");
    person.story(`(${CAR_FLAG} was set to false in Render's dashboard.)`);
    await person.type("drift", [], { ends: "alarm", says: [CAR_FLAG] });
  }

  async function night(person: Person): Promise<void> {
    await person.wait(180, "it is one in the morning");
    await person.type("rollback", ["--partial", BUGGY, "--yes"], { shows: [/^\s*\[x\]/] });
    person.edit({ hold: [] });
    await person.type("review", [], { shows: [/schedule/] });
  }

  async function fullRollback(person: Person): Promise<void> {
    await person.type("rollback", ["--full", "--yes"], { shows: [/^\s*\[/], live: [], applied: SCHEMA });
  }

  async function refusedTrial(person: Person): Promise<void> {
    const consent = `${world.today()} by Ada`;
    person.edit({ acceptDataLoss: { [CAR]: consent } });
    await person.type("rollback", ["--migrations-only", "--yes"], { ends: "refused", applied: SCHEMA });
  }

  async function schemaRollback(person: Person): Promise<void> {
    await world.shipCodeWithoutNeed();
    await person.type("rollback", ["--migrations-only", "--yes"], { applied: [CATEGORIES] });
  }
}

export const TELEGRAM_FLAGS = TELEGRAM;
