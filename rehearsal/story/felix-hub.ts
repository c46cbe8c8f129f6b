import { BACKEND } from "../felix-hub/services";
import type { FelixHubWorld } from "../felix-hub/world";
import type { Person } from "./person";
import type { Scene } from "./play";

const CAR_FLAG = "ENABLE_CAR_NUMBER";
const API = [CAR_FLAG, "ENABLE_PART_CATEGORIES"];
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
    {
      title: "Phase migrations: a verified backup, then the schema; the baseline is taken again",
      play: migrations,
    },
    { title: "Phase api has a bug: the gate says no, and it goes back by itself", play: buggyApi },
    { title: "Phase api, with the bug mended", play: api },
    { title: "Too early: the next phase is refused while this one soaks", play: tooEarly },
    { title: "Somebody flips a flag by hand", play: drift },
    { title: "The whole way back: flags off and live, the schema kept", play: fullRollback },
    { title: "A schema rollback is tried first, and the live code needs the schema", play: refusedTrial },
  ];

  async function look(person: Person): Promise<void> {
    person.story("The database is older than the code that is live: the orders cannot be listed.");
    await person.type("verify", [], { ends: "alarm", says: ["/api/orders"], live: [] });
  }

  async function preparation(person: Person): Promise<void> {
    await person.type("advance", ["--yes"], { ends: "refused", shows: GATE, live: [] });
    await person.type("status", [], { ends: "alarm", shows: [/preparation/, /^Next/] });
  }

  async function override(person: Person): Promise<void> {
    person.sign("team-informed");
    const words = `${world.today()} by Ada, error-rate: the orders need migration 001, which is next`;
    person.edit({ override: { preparation: words } });
    await person.type("advance", ["--yes"], {
      says: ["OVERRIDDEN"],
      shows: [...GATE, /OVERRIDDEN/],
      live: [],
    });
    world.breakBackups(true);
    person.story("(The disk for the backups is full. Nobody knows yet.)");
    await person.type("advance", ["--yes"], { ends: "refused", says: ["backup"], shows: GATE });
  }

  async function migrations(person: Person): Promise<void> {
    world.breakBackups(false);
    await person.type("advance", ["--yes"], {
      ends: "stopped",
      says: ["no baseline"],
      shows: GATE,
      live: [],
      applied: SCHEMA,
    });
    person.story("The orders are listed again, so there is something to compare with from now on.");
    person.edit({ rebaseline: world.today() });
    await person.type("advance", ["--yes"], { shows: GATE, live: [], applied: SCHEMA });
  }

  async function buggyApi(person: Person): Promise<void> {
    world.breakFlag(CAR_FLAG, "errors");
    person.story(`(Every fifth request fails while ${CAR_FLAG} is on. Nobody knows yet.)`);
    await person.type("advance", ["--auto-rollback", "--yes"], {
      ends: "stopped",
      says: ["Going back to migrations at once (--auto-rollback)."],
      shows: [...GATE, /Going back/],
      live: [],
      applied: SCHEMA,
    });
    world.mend();
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

  async function drift(person: Person): Promise<void> {
    world.flipInDashboard(BACKEND, CAR_FLAG, "false");
    person.story(`(${CAR_FLAG} was set to false in Render's dashboard.)`);
    await person.type("drift", [], { ends: "alarm", says: [CAR_FLAG] });
  }

  async function fullRollback(person: Person): Promise<void> {
    await person.type("rollback", ["--full", "--yes"], { shows: [/^\s*\[/], live: [], applied: SCHEMA });
  }

  async function refusedTrial(person: Person): Promise<void> {
    await person.type("rollback", ["--migrations-only", "--accept-data-loss", CAR, CATEGORIES, "--yes"], {
      ends: "refused",
      says: ["nothing was lost"],
      applied: SCHEMA,
      shows: [...GATE, /nothing was lost/],
    });
  }
}
