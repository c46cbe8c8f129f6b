import { DEPLOY_POST, ENV_VAR_PUT, type Operator } from "./operator/operator";

const CAR_FLAG = "ENABLE_CAR_NUMBER";
const API = [CAR_FLAG, "ENABLE_PART_CATEGORIES"];
const UI = [...API, "VITE_ENABLE_MECH_I18N", "VITE_ENABLE_UI_REFRESH"];
const BUGGY = "ENABLE_TG_MECH_NOTIFS";
const ALL = [...UI, "ENABLE_TG_ADMIN_NOTIFS", BUGGY];
const CAR = "001_add_car_number_column";
const CATEGORIES = "002_create_categories_parts_tables";
const SCHEMA = [CAR, CATEGORIES];

export interface Scene {
  title: string;
  play: (operator: Operator) => Promise<void>;
}

/** The rollout as its operator lives through it: forwards, a failure, the way back, a hand in the dashboard. */
export const scenes: Scene[] = [
  { title: "Baseline: take over what Render has, and write nothing", play: baseline },
  {
    title: "Not signed off: nobody has put their name to phase 0 yet, so phase 1 is refused",
    play: unsigned,
  },
  { title: "Phase 1: the migrations, after a verified backup", play: migrations },
  { title: "Phase 2: the API features", play: api },
  { title: "Too early: phase 3 is refused while phase 2 soaks", play: tooEarly },
  { title: "Meanwhile: where does it stand, and is the running system well?", play: meanwhile },
  { title: "Phase 3, a quarter of an hour later: the UI features", play: ui },
  { title: "Phase 4: the notifications, one of which has a bug: the gate says no", play: buggy },
  { title: "Back to the prior config: the flags are off and live, the schema stays", play: backToUi },
  {
    title:
      "Phase 4 again, by `advance --auto-rollback`: healthy now, but slow; the gate says so, and it goes back by itself",
    play: slow,
  },
  { title: "Phase 4 again, with the bug mended", play: notifications },
  { title: "Phase 5: the smoke tests", play: smoke },
  { title: "Phase 6: the day of monitoring", play: monitoring },
  { title: "Phase 7: complete", play: complete },
  {
    title: "At night: a flag off at any time, but on only while the schedule is open, or by name",
    play: schedule,
  },
  { title: "A step back in git: from complete to notifications", play: backToNotifications },
  {
    title: "The whole way back, without a consent: six flags off, the migrations kept",
    play: backWithoutConsent,
  },
  { title: "The way back with consents: now the migrations are rolled back", play: backWithConsent },
  {
    title: "Somebody flips a flag in the dashboard: refresh shows it, the next update mends it",
    play: drift,
  },
];

async function baseline(operator: Operator): Promise<void> {
  await operator.preview();
  await operator.up({ live: [], applied: [], requests: { [ENV_VAR_PUT]: 0, [DEPLOY_POST]: 0 } });
  operator.note("The consents are used up; they stay in the file and do nothing more:");
  await operator.preview({ noChanges: true });
  operator.note("Once more, with nothing changed:");
  await operator.preview({ readsPerService: 4, noChanges: true });
}

async function unsigned(operator: Operator): Promise<void> {
  operator.edit({ phase: "migrations" });
  await operator.preview({ result: "failed", says: ["preparation: not signed off: team-informed"] });
  sign(operator, "team-informed");
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
  await operator.preview();
  await operator.up({ live: API, applied: SCHEMA, requests: { [ENV_VAR_PUT]: 2, [DEPLOY_POST]: 1 } });
  operator.note("Is there anything left to do?");
  await operator.preview({ readsPerService: 4, noChanges: true });
}

async function tooEarly(operator: Operator): Promise<void> {
  operator.edit({ phase: "ui" });
  await operator.preview({ result: "failed", says: ["api: soaked", "of 15m00s; may close at"] });
  operator.note("The same with the preview skipped: nothing is touched.");
  await operator.up({ result: "failed", says: ["api: soaked"], live: API, onlyTheseWrites: true });
}

async function meanwhile(operator: Operator): Promise<void> {
  operator.edit({ phase: "api" });
  await operator.ours("status", [], {
    says: ["Next: ui", "soaked 0m", "of 15m00s; may close at"],
    live: API,
  });
  await operator.ours("verify", [], {
    says: ["Everything is well."],
    onlyTheseWrites: true,
  });
}

async function ui(operator: Operator): Promise<void> {
  await soak(operator, 15);
  operator.edit({ phase: "ui" });
  await operator.preview();
  await operator.up({ live: UI, requests: { [ENV_VAR_PUT]: 2, [DEPLOY_POST]: 1 } });
}

async function buggy(operator: Operator): Promise<void> {
  await soak(operator, 15);
  operator.world.breakFlag(BUGGY);
  operator.note(`(The sample backend becomes unhealthy while ${BUGGY} is on. Nobody knows yet.)`);
  operator.edit({ phase: "notifications" });
  await operator.preview();
  await operator.up({
    result: "failed",
    says: ["gate notifications did not pass", "is not healthy"],
    live: ALL,
    applied: SCHEMA,
  });
}

async function backToUi(operator: Operator): Promise<void> {
  operator.edit({ phase: "ui" });
  await operator.preview();
  await operator.up({ live: UI, applied: SCHEMA, requests: { [ENV_VAR_PUT]: 2, [DEPLOY_POST]: 1 } });
}

async function slow(operator: Operator): Promise<void> {
  operator.world.breakFlag(BUGGY, "slow");
  operator.note(`(The sample backend takes four times as long while ${BUGGY} is on.)`);
  await soak(operator, 15);
  await operator.ours("advance", ["--auto-rollback", "--yes"], {
    result: "failed",
    says: ["api-latency: fail", "Going back to ui at once (--auto-rollback)."],
    live: UI,
    requests: { [ENV_VAR_PUT]: 4, [DEPLOY_POST]: 2 },
  });
}

async function notifications(operator: Operator): Promise<void> {
  operator.world.mend();
  operator.note("(The bug is mended.)");
  await soak(operator, 15);
  operator.edit({ phase: "notifications" });
  await operator.preview();
  await operator.up({ live: ALL, requests: { [ENV_VAR_PUT]: 2, [DEPLOY_POST]: 1 } });
}

async function smoke(operator: Operator): Promise<void> {
  await soak(operator, 30);
  sign(operator, "team-informed", "telegram-received");
  operator.edit({ phase: "smoke" });
  await operator.preview();
  await operator.up({ live: ALL, requests: { [ENV_VAR_PUT]: 0, [DEPLOY_POST]: 0 } });
}

async function monitoring(operator: Operator): Promise<void> {
  operator.edit({ phase: "monitoring" });
  await operator.preview();
  await operator.up({ live: ALL, requests: { [ENV_VAR_PUT]: 0, [DEPLOY_POST]: 0 } });
}

async function complete(operator: Operator): Promise<void> {
  await soak(operator, 24 * 60);
  operator.edit({ phase: "complete" });
  await operator.preview();
  await operator.up({ live: ALL, applied: SCHEMA });
}

async function schedule(operator: Operator): Promise<void> {
  await soak(operator, 180);
  await operator.ours("rollback", ["--partial", BUGGY, "--yes"], {
    says: ["[x] Every service is live with them"],
    live: ALL.filter((flag) => flag !== BUGGY),
    requests: { [ENV_VAR_PUT]: 1, [DEPLOY_POST]: 1 },
  });
  operator.edit({ hold: [] });
  await operator.preview({ result: "failed", says: ["the schedule is shut", "Next opening: Thursday"] });
  operator.edit({
    scheduleOverride: `${operator.world.today()} by the rehearsal's operator: mechanics wait for it`,
  });
  await operator.preview();
  await operator.up({ live: ALL, requests: { [ENV_VAR_PUT]: 1, [DEPLOY_POST]: 1 } });
  operator.edit({ scheduleOverride: undefined });
}

async function backToNotifications(operator: Operator): Promise<void> {
  operator.edit({ phase: "notifications" });
  await operator.preview();
  await operator.up({ live: ALL, applied: SCHEMA, requests: { [ENV_VAR_PUT]: 0, [DEPLOY_POST]: 0 } });
}

async function backWithoutConsent(operator: Operator): Promise<void> {
  await operator.ours("rollback", ["--migrations-only", "--yes"], {
    result: "failed",
    says: ["migrations are not rolled back while flags are on"],
    onlyTheseWrites: true,
  });
  operator.edit({ phase: "preparation" });
  await operator.preview({
    says: [`keeping ${CATEGORIES}: rolling it back would drop`, `keeping ${CAR}: rolling it back would`],
  });
  await operator.up({ live: [], applied: SCHEMA, requests: { [ENV_VAR_PUT]: 6, [DEPLOY_POST]: 2 } });
}

async function backWithConsent(operator: Operator): Promise<void> {
  const consent = `${operator.world.today()} by the rehearsal's operator`;
  operator.edit({ acceptDataLoss: { [CAR]: consent, [CATEGORIES]: consent } });
  await operator.preview({ says: [`rolls back ${CATEGORIES}`, `rolls back ${CAR}`] });
  await operator.up({ live: [], applied: [], requests: { [ENV_VAR_PUT]: 0, [DEPLOY_POST]: 0 } });
}

async function drift(operator: Operator): Promise<void> {
  operator.world.flipInDashboard("felix-hub-backend", CAR_FLAG, "true");
  operator.note(`(${CAR_FLAG} was set to true by hand, and saved.)`);
  const says = [`${CAR_FLAG} is "true" on Render, declared "false"`];
  await operator.refresh({ says: [CAR_FLAG] });
  await operator.preview({ says });
  await operator.up({ live: [], requests: { [ENV_VAR_PUT]: 1, [DEPLOY_POST]: 1 } });
}

/** All signatures that stand in the stack file from now on. */
function sign(operator: Operator, ...items: string[]): void {
  const signature = `${operator.world.today()} by the rehearsal's operator`;
  operator.edit({ acknowledged: Object.fromEntries(items.map((item) => [item, signature])) });
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
