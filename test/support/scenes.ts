import { DEPLOY_POST, ENV_VAR_PUT, type Operator, type Scene } from "../../rehearsal/operator/operator";

const CAR_FLAG = "ENABLE_CAR_NUMBER";
const API = [CAR_FLAG, "ENABLE_PART_CATEGORIES"];
/** Pages of both services: the front end's are built in, the back end's are what it shows and sends. */
const UI = [
  ...API,
  ...["VITE_ENABLE_MECH_I18N", "VITE_ENABLE_UI_REFRESH"],
  ...["ENABLE_MECH_I18N", "ENABLE_UI_REFRESH"],
];
const BUGGY = "ENABLE_TG_MECH_NOTIFS";
const ALL = [...UI, "ENABLE_TG_ADMIN_NOTIFS", BUGGY];
const CAR = "001_add_car_number_column";
const CATEGORIES = "002_create_categories_parts_tables";
const SCHEMA = [CAR, CATEGORIES];

/** Every kind of step once, by Pulumi alone: forwards, a failure, the way back, a hand in the dashboard. */
export const scenes: Scene[] = [
  { title: "Baseline: take over what Render has, and write nothing", play: baseline },
  { title: "Phase 1: the migrations, after a verified backup", play: migrations },
  { title: "Phase 2: the API features", play: api },
  { title: "Too early: phase 3 is refused while phase 2 soaks", play: tooEarly },
  { title: "Phase 3, a quarter of an hour later: the UI features", play: ui },
  { title: "Phase 4: the notifications, one of which has a bug: the gate says no", play: buggy },
  {
    title: "The whole way back, without a consent: eight flags off, the migrations kept",
    play: backWithoutConsent,
  },
  { title: "The way back with consents: now the migrations are rolled back", play: backWithConsent },
  {
    title: "Somebody flips a flag in the dashboard: refresh shows it, the next update mends it",
    play: drift,
  },
];

async function baseline(operator: Operator): Promise<void> {
  await operator.up({ live: [], applied: [], requests: { [ENV_VAR_PUT]: 0, [DEPLOY_POST]: 0 } });
}

async function migrations(operator: Operator): Promise<void> {
  operator.edit({ phase: "migrations" });
  await operator.preview({ says: [`applies ${CAR}`, `applies ${CATEGORIES}`] });
  await operator.up({
    live: [],
    applied: SCHEMA,
    requests: { [ENV_VAR_PUT]: 0, [DEPLOY_POST]: 0 },
    order: ["update Gate gate-preparation", "update Migrations migrations", "create Gate gate-migrations"],
  });
}

async function api(operator: Operator): Promise<void> {
  operator.edit({ phase: "api" });
  await operator.up({ live: API, applied: SCHEMA, requests: { [ENV_VAR_PUT]: 2, [DEPLOY_POST]: 1 } });
  operator.note("Is there anything left to do?");
  await operator.preview({ readsPerService: 4, noChanges: true });
}

async function tooEarly(operator: Operator): Promise<void> {
  operator.edit({ phase: "ui" });
  // In a preview it is refused likewise: test/cli/screens.
  operator.note("The preview is skipped: nothing is touched.");
  const says = ["api: soaked", "of 15m00s; may end at"];
  await operator.up({ result: "failed", says, live: API, onlyTheseWrites: true });
}

async function ui(operator: Operator): Promise<void> {
  await soak(operator, 15);
  operator.edit({ phase: "ui" });
  await operator.up({ live: UI, requests: { [ENV_VAR_PUT]: 4, [DEPLOY_POST]: 2 } });
}

async function buggy(operator: Operator): Promise<void> {
  await soak(operator, 15);
  operator.world.breakFlag(BUGGY);
  operator.note(`(The sample backend becomes unhealthy while ${BUGGY} is on. Nobody knows yet.)`);
  operator.edit({ phase: "notifications" });
  await operator.up({
    result: "failed",
    says: ["gate notifications did not pass", "is not healthy"],
    live: ALL,
    applied: SCHEMA,
  });
}

async function backWithoutConsent(operator: Operator): Promise<void> {
  operator.edit({ phase: "preparation" });
  await operator.preview({
    says: [`keeping ${CATEGORIES}: rolling it back would drop`, `keeping ${CAR}: rolling it back would`],
  });
  await operator.up({ live: [], applied: SCHEMA, requests: { [ENV_VAR_PUT]: 8, [DEPLOY_POST]: 2 } });
}

async function backWithConsent(operator: Operator): Promise<void> {
  const consent = `${operator.world.today()} by the rehearsal's operator, untried`;
  operator.edit({ acceptDataLoss: { [CAR]: consent, [CATEGORIES]: consent } });
  await operator.preview({ says: [`rolls back ${CATEGORIES}`, `rolls back ${CAR}`] });
  await operator.up({ live: [], applied: [], requests: { [ENV_VAR_PUT]: 0, [DEPLOY_POST]: 0 } });
  operator.note("The consents are used up; they stay in the file and do nothing more:");
  await operator.preview({ noChanges: true });
}

async function drift(operator: Operator): Promise<void> {
  operator.world.flipInDashboard("felix-hub-backend", CAR_FLAG, "true");
  operator.note(`(${CAR_FLAG} was set to true by hand, and saved.)`);
  const says = [`${CAR_FLAG} is "true" on Render, declared "false"`];
  await operator.refresh({ says: [CAR_FLAG] });
  await operator.up({ says, live: [], requests: { [ENV_VAR_PUT]: 1, [DEPLOY_POST]: 1 } });
}

/** Minutes pass on Render's clock, not here. */
async function soak(operator: Operator, minutes: number): Promise<void> {
  await operator.world.passTime(minutes + 1);
  operator.note(
    minutes >= 120
      ? `(${minutes / 60} hours pass on the stand-in's clock.)`
      : `(${minutes} minutes pass on the stand-in's clock.)`,
  );
}
