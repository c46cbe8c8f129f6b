import { BACKEND } from "../felix-hub/services";
import type { FelixHubWorld } from "../felix-hub/world";
import type { Person } from "./person";
import type { Scene } from "./play";

const CAR_FLAG = "ENABLE_CAR_NUMBER";
const MECHANICS = "ENABLE_TG_MECH_NOTIFS";
const API = [CAR_FLAG, "ENABLE_PART_CATEGORIES"];
const UI = [
  ...API,
  "VITE_ENABLE_MECH_I18N",
  "VITE_ENABLE_UI_REFRESH",
  "ENABLE_MECH_I18N",
  "ENABLE_UI_REFRESH",
];
const ALL = [...UI, "ENABLE_TG_ADMIN_NOTIFS", MECHANICS];
const CAR = "001_add_car_number_column";
const CATEGORIES = "002_create_categories_parts_tables";
const SCHEMA = [CAR, CATEGORIES];

/** What an advance will do, in its own words. */
const PLAN = /^ {2}- /;
/** Its gate's verdict, and what comes next. */
const GATE = [/^Gate .* has passed/, /did not pass/, /: fail: /, /may begin at/];

/** The evening as its operator lives through it, by the runbook's commands: an old database, forwards, failures, the way back. */
export function felixHubScenes(world: FelixHubWorld): Scene[] {
  return [
    { title: "Before anything is touched: is the running system well?", play: look },
    { title: "The first update: it takes over what Render has, and its gate is red", play: preparation },
    { title: "The way forward: a named check is overridden for a day; then a backup fails", play: override },
    { title: "Phase migrations: a verified backup, then the schema", play: migrations },
    { title: "Phase api has a bug: the gate says no, and it goes back by itself", play: buggyApi },
    { title: "The bug is mended: a pull request, its review, and phase api", play: api },
    { title: "Too early: the next phase is refused while this one soaks", play: tooEarly },
    { title: "Phase ui: two flags of the front end are built into it", play: ui },
    { title: "Phase notifications: the gate proves the team's chat", play: notifications },
    { title: "Phase smoke, a day of monitoring, and it is complete", play: toTheEnd },
    { title: "Beside the rollout, the watch sees an outage", play: watch },
    { title: "Somebody flips a flag by hand", play: drift },
    { title: "At night the schedule is shut: off is always possible, on is not", play: night },
    { title: "The whole way back: flags off and live, the schema kept", play: fullRollback },
    { title: "A schema rollback is tried first, and the live code needs the schema", play: refusedTrial },
    { title: "With code that does not need it, the schema goes back", play: schemaRollback },
  ];

  async function look(person: Person): Promise<void> {
    person.story("The database is older than the code that is live: the orders cannot be listed.");
    await person.type("verify", [], {
      ends: "alarm",
      says: ["/api/orders"],
      shows: [/│ (endpoint|error rate)/, /^Look at/],
      live: [],
    });
  }

  async function preparation(person: Person): Promise<void> {
    await person.type("advance", ["--yes"], { ends: "refused", shows: [PLAN, ...GATE], live: [] });
    await person.type("status", [], { ends: "alarm", shows: [/^rehearsal: phase/, /^! /, /^Next: mend/] });
  }

  async function override(person: Person): Promise<void> {
    person.story(
      "The orders need migration 001, which is next. So the operator says, by name, what need not pass today.",
    );
    person.sign("team-informed");
    const words = `${world.today()} by Ada, error-rate: the orders need migration 001, which is next`;
    person.edit({ override: { preparation: words } });
    await person.type("advance", ["--yes"], {
      says: ["OVERRIDDEN"],
      shows: [/OVERRIDDEN/, ...GATE],
      live: [],
    });
    world.breakBackups(true);
    person.story("(The disk for the backups is full. Nobody knows yet.)");
    await person.type("advance", ["--yes"], {
      ends: "refused",
      says: ["backup ended with exit code 1"],
      shows: [PLAN, /^backup ended/],
      applied: [CATEGORIES],
    });
  }

  async function migrations(person: Person): Promise<void> {
    world.breakBackups(false);
    await person.type("advance", ["--yes"], { shows: [PLAN, ...GATE], live: [], applied: SCHEMA });
    person.story(
      "The orders are listed again. No flag is on yet, so the gate has taken their baseline, too.",
    );
  }

  async function buggyApi(person: Person): Promise<void> {
    world.breakFlag(CAR_FLAG, "errors");
    person.story(`(Every fifth request fails while ${CAR_FLAG} is on. Nobody knows yet.)`);
    await person.type("advance", ["--auto-rollback", "--yes"], {
      ends: "stopped",
      says: ["Going back to migrations at once (--auto-rollback)."],
      shows: [PLAN, ...GATE, /^Going back/, /is back at/],
      live: [],
      applied: SCHEMA,
    });
    world.mend();
  }

  async function api(person: Person): Promise<void> {
    person.edit({ phase: "api" });
    await person.type("review", [], {
      shows: [/^## /, /^\| `/, /^\d+ (flag|service)/, /deploy of what is live/],
    });
    person.story("Merged.");
    await person.type("advance", ["--yes"], { shows: GATE, live: API });
  }

  async function tooEarly(person: Person): Promise<void> {
    await person.type("advance", ["--yes"], {
      ends: "refused",
      says: ["soaked"],
      shows: [/soaked/],
      live: API,
    });
    await person.type("status", [], { says: ["ui"], shows: [/│ soak/, /may start at/] });
  }

  async function watch(person: Person): Promise<void> {
    person.story("(In the middle of it the back end does not answer for six seconds.)");
    await person.type("watch", ["--rounds", "4", "--every", "4"], {
      ends: "alarm",
      meanwhile: { after: / well$/, happens: () => world.outage(6_000) },
      says: [/down: /, /up: \d+ s, \d+ of \d+ requests failed/],
      shows: [/ down: /, / up: /, /^[\d:]+ well/],
      live: ALL,
    });
  }

  async function ui(person: Person): Promise<void> {
    await person.wait(15, "the api phase soaks");
    await person.type("advance", ["--yes"], { shows: [PLAN, ...GATE], live: UI });
  }

  async function notifications(person: Person): Promise<void> {
    await person.wait(15, "the ui phase soaks; languages and the new look are tried in a browser");
    await person.type("advance", ["--yes"], { shows: GATE, live: ALL });
  }

  async function toTheEnd(person: Person): Promise<void> {
    await person.wait(30, "the notifications soak, and a mechanic receives one");
    person.sign("telegram-received");
    await person.type("advance", ["--yes"], { shows: GATE, live: ALL });
    await person.type("advance", ["--yes"], { shows: GATE });
    await person.wait(24 * 60, "a day of monitoring");
    await person.type("advance", ["--yes"], { shows: GATE, live: ALL, applied: SCHEMA });
  }

  async function drift(person: Person): Promise<void> {
    world.flipInDashboard(BACKEND, CAR_FLAG, "false");
    person.story(`(${CAR_FLAG} was set to false in Render's dashboard.)`);
    await person.type("drift", [], { ends: "alarm", says: [CAR_FLAG], shows: [/│ flag/, /^Next/] });
  }

  async function night(person: Person): Promise<void> {
    person.edit({ schedule: { windows: [{ days: ["tuesday", "wednesday"], from: "22:00", to: "02:00" }] } });
    await person.wait(240, "it is three in the morning, and mechanics are woken by messages");
    await person.type("rollback", ["--partial", MECHANICS, "--yes"], {
      shows: [/^\s*\[x\]/],
      live: ALL.filter((flag) => flag !== MECHANICS),
    });
    person.edit({ hold: [] });
    await person.type("review", [], { ends: "alarm", says: ["schedule"], shows: [/schedule/, /^\| `/] });
  }

  async function fullRollback(person: Person): Promise<void> {
    await person.type("rollback", ["--full", "--yes"], { shows: [/^\s*\[x\]/], live: [], applied: SCHEMA });
  }

  async function refusedTrial(person: Person): Promise<void> {
    await person.type("rollback", ["--migrations-only", "--accept-data-loss", CAR, CATEGORIES, "--yes"], {
      ends: "refused",
      says: ["nothing was lost"],
      applied: SCHEMA,
      shows: [/nothing was lost/],
    });
  }

  async function schemaRollback(person: Person): Promise<void> {
    person.story("(A version is merged and deployed that reads the new tables only while its flag is on.)");
    await world.shipCodeWithoutNeed();
    await person.type("rollback", ["--full", "--accept-data-loss", CATEGORIES, "--yes"], {
      shows: [/rolled back/, /^\s*\[x\] Migrations/],
      live: [],
      applied: [CAR],
    });
  }
}
