import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { changeSentences } from "../../cli/changes/change-sentences";
import { readChanges } from "../../cli/changes/read-changes";
import type { EngineEvent } from "../../cli/engine/port";
import type { Changes } from "../../cli/changes/changes";
import type { MoreFacts } from "../../cli/review/facts";
import { completed } from "../../cli/review/planned-changes";
import { review } from "../../cli/review/recipe";
import { writeReview } from "../../cli/review/write-review";
import { writeLine } from "../../components/told-lines";
import { leftSentence } from "../../components/providers/deploy/left-flags";
import {
  deploy,
  errorEvent,
  flag,
  FRONTEND,
  gate,
  info,
  migrations,
  pre,
  same,
  warning,
} from "./support/events";
import { failure, fakeDesk, STACK, stackFile, storedGate } from "./support/fake-desk";

const CAR = "001_add_car_number_column";
const PARTS = "002_create_categories_parts_tables";
const unchanged = [
  pre(same("FeatureFlag", "ENABLE_PART_CATEGORIES")),
  pre(same("Deploy", `deploy-${FRONTEND}`)),
  pre(same("Stack", "s")),
];
const backup = pre({ op: "update", type: "Command", name: "backup", old: {}, new: {} });

/** Each kind of change as a reviewer meets it: the phase, and what a preview tells. */
interface Kind {
  phase: string;
  events: EngineEvent[];
  held?: string[];
  next?: string[];
  more?: Partial<MoreFacts>;
  /** What the files alone ask for, where the preview was refused. */
  planned?: Partial<Changes>;
}

const kinds: Record<string, Kind> = {
  "nothing-changes": { phase: "api", events: unchanged },
  "migrations-applied": {
    phase: "migrations",
    events: [
      pre(gate("preparation", "update", { old: "open", new: "closed" })),
      backup,
      info(`applies ${CAR}\napplies ${PARTS}`),
      pre(migrations([CAR, PARTS])),
      pre(gate("migrations", "create", { new: "open" })),
      ...unchanged,
    ],
  },
  "flags-go-on": {
    phase: "ui",
    events: [
      pre(gate("api", "update", { old: "open", new: "closed" })),
      pre(flag("VITE_ENABLE_UI_REFRESH", "false", "true", FRONTEND)),
      pre(flag("VITE_ENABLE_MECH_I18N", "false", "true", FRONTEND)),
      info(`${FRONTEND}: VITE_ENABLE_MECH_I18N is absent on Render, declared "true"`),
      pre(deploy(FRONTEND)),
      pre(gate("ui", "create", { new: "open" })),
      ...unchanged,
    ],
  },
  "refused-by-soak": {
    phase: "ui",
    events: [
      ...unchanged,
      errorEvent("api: soaked 6m12s of 15m00s; may end at 22:41 Europe/Berlin"),
      errorEvent("preview failed"),
    ],
    next: ["wait for what is named, then run the same command again. A rollback is never refused by it."],
  },
  "rolled-back-keeping-data": {
    phase: "preparation",
    events: [
      pre(flag("ENABLE_CAR_NUMBER", "true", "false")),
      pre(flag("VITE_ENABLE_UI_REFRESH", "true", "false", FRONTEND)),
      pre(deploy()),
      pre(deploy(FRONTEND)),
      info(`keeping ${PARTS}: rolling it back would drop the tables categories and parts and their data`),
      info(`keeping ${CAR}: rolling it back would drop the column car_number of orders and its data`),
      pre(gate("preparation", "update", { old: "closed", new: "open" })),
      pre(gate("ui", "delete", { old: "open" })),
      pre(gate("api", "delete", { old: "closed" })),
      pre(gate("migrations", "delete", { old: "closed" })),
    ],
  },
  "rolled-back-losing-data": {
    phase: "preparation",
    events: [
      backup,
      info(
        `rolls back ${PARTS}: drops the tables categories and parts and their data (consent: 2026-11-24 by Ada)`,
      ),
      info(`keeping ${CAR}: rolling it back would drop the column car_number of orders and its data`),
      pre(migrations([])),
      pre(gate("preparation", "update", { old: "open", new: "open" })),
      ...unchanged,
    ],
  },
  "partly-held": {
    phase: "notifications",
    held: ["ENABLE_TG_MECH_NOTIFS"],
    events: [
      pre(flag("ENABLE_TG_MECH_NOTIFS", "true", "false")),
      pre(deploy()),
      pre(gate("notifications", "update", { old: "open", new: "open" })),
      ...unchanged,
    ],
  },
  "first-update-overwrites": {
    phase: "preparation",
    events: [
      info(`felix-hub-backend: ENABLE_CAR_NUMBER is "true" on Render, declared "false"`),
      pre(flag("ENABLE_CAR_NUMBER", undefined, "false")),
      pre(flag("ENABLE_PART_CATEGORIES", undefined, "false")),
      pre({ ...deploy(), op: "create", old: undefined }),
      pre({ ...deploy(FRONTEND), op: "create", old: undefined }),
      pre(gate("preparation", "create", { new: "open" })),
    ],
  },
  "changed-by-hand": {
    phase: "api",
    events: [
      pre(flag("ENABLE_TG_ADMIN_NOTIFS", "false", "false")),
      info(`felix-hub-backend: ENABLE_TG_ADMIN_NOTIFS is "true" on Render, declared "false"`),
      info(`felix-hub-backend: dep-9 is a rollback and runs with the variables of an earlier deploy`),
      pre(deploy()),
      pre(gate("api", "update", { old: "open", new: "open" })),
      ...unchanged,
    ],
  },
  "first-update": {
    phase: "preparation",
    events: [
      pre(flag("ENABLE_CAR_NUMBER", undefined, "false")),
      pre({
        op: "create",
        type: "Deploy",
        name: "deploy-felix-hub-backend",
        new: { inputs: { service: "felix-hub-backend" } },
      }),
      pre({ ...migrations([]), op: "create" }),
      pre(gate("preparation", "create", { new: "open" })),
      warning("Attempting to deploy or update resources with 1 pending operations from previous deployment."),
    ],
  },
  "refused-with-its-plan": {
    phase: "ui",
    events: [
      errorEvent("api: soaked 6m12s of 15m00s; may end at 22:41 Europe/Berlin"),
      errorEvent(
        'api: the schedule is shut. Closed: outside the windows (Tuesday to Thursday 22:00–02:00). To advance all the same, say so in the stack file: scheduleOverride: "<date> by <name>: <reason>". A rollback needs nothing.',
      ),
    ],
    next: ["wait for what is named, then run the same command again. A rollback is never refused by it."],
    planned: {
      flags: [{ key: "VITE_ENABLE_UI_REFRESH", renderName: FRONTEND, from: "false", to: "true" }],
      deploys: [{ renderName: FRONTEND, reasons: [] }],
      migrations: { applies: [PARTS], rollsBack: [], keeps: [] },
      backups: ["backup"],
      gates: [
        { phase: "api", change: "closes" },
        { phase: "ui", change: "opens" },
      ],
    },
    more: {
      from: "api",
      earliest: "from Tuesday 2026-11-24 22:41 Europe/Berlin on",
      purposes: {
        VITE_ENABLE_UI_REFRESH: "Modernized user interface",
        [PARTS]: "Tables of the parts catalog",
      },
      risks: {
        [PARTS]: "its rollback is of medium risk: it drops the tables categories and parts and their data",
      },
      links: [{ service: FRONTEND, page: "https://dashboard.render.com/static/srv-1" }],
    },
  },
  "overridden-by-name": {
    phase: "migrations",
    events: [
      pre(gate("preparation", "update", { old: "open", new: "closed" })),
      backup,
      info(`applies ${CAR}`),
      pre(migrations([CAR])),
      pre(gate("migrations", "create", { new: "open" })),
    ],
    more: {
      from: "preparation",
      overrides: [
        'The gate of preparation: "2026-11-24 by Ada, error-rate: the orders need migration 001, which is next"',
        'The schedule: "2026-11-24 by Ada: the shop is closed today"',
      ],
      purposes: { [CAR]: "Orders know the car's number" },
      risks: { [CAR]: "its rollback is of low risk: it drops the column car_number of orders and its data" },
    },
  },
  "taken-over-part-way": {
    phase: "api",
    events: [
      pre(gate("preparation", "create", { new: "closed" })),
      pre(gate("migrations", "create", { new: "closed" })),
      pre(flag("ENABLE_CAR_NUMBER", undefined, "true")),
      pre(flag("ENABLE_PART_CATEGORIES", undefined, "true")),
      pre({ ...deploy(), op: "create", old: undefined }),
      pre({ ...migrations([CAR, PARTS]), op: "create" }),
      pre(gate("api", "create", { new: "open" })),
    ],
  },
  "hold-released": {
    phase: "notifications",
    events: [
      pre(flag("ENABLE_TG_MECH_NOTIFS", "false", "true")),
      pre(deploy()),
      pre(gate("notifications", "update", { old: "open", new: "open" })),
      ...unchanged,
    ],
    more: { purposes: { ENABLE_TG_MECH_NOTIFS: "Telegram notifications for mechanics" } },
  },
  "flag-new-in-the-catalogue": {
    phase: "api",
    events: [
      pre(flag("ENABLE_INVOICES", undefined, "true")),
      info(`felix-hub-backend: ENABLE_INVOICES is absent on Render, declared "true"`),
      pre(deploy()),
      pre(gate("api", "update", { old: "open", new: "open" })),
      ...unchanged,
    ],
    more: { purposes: { ENABLE_INVOICES: "Invoices as PDF" } },
  },
  "flag-left-the-catalogue-while-on": {
    phase: "api",
    events: [
      pre({
        op: "delete",
        type: "FeatureFlag",
        name: "ENABLE_OLD",
        old: {
          inputs: { renderName: "felix-hub-backend" },
          outputs: { renderName: "felix-hub-backend", value: "true" },
        },
      }),
      info(`felix-hub-backend: ${leftSentence({ key: "ENABLE_OLD", onRender: "true", runs: "true" })}`),
      ...unchanged,
    ],
  },
  "service-renamed-in-the-catalogue": {
    phase: "api",
    events: [
      pre(flag("ENABLE_CAR_NUMBER", undefined, "true")),
      pre({ ...deploy(), op: "create", name: "deploy-shop", old: undefined }),
      pre({ ...deploy(), op: "delete", new: undefined }),
      pre({ ...gate("api", "update", { old: "open", new: "open" }) }),
      ...unchanged,
    ],
  },
  "hostile-words": {
    phase: "api",
    events: [
      errorEvent(
        "api: <img src=x onerror=alert(1)> | **bold** _so_ `code` [link](https://evil.example) @team #12 <!-- gone --> https://evil.example/x ~~cut~~\n1. not a list\n# no heading",
      ),
      warning("| a | table |\n| --- | --- |\n</details><script>alert(1)</script>"),
    ],
    more: { purposes: {}, overrides: ['The gate of api: "2026-11-24 by <b>Eve</b>, health: `x` | @admins"'] },
  },
  "key-refused": {
    phase: "api",
    events: [
      errorEvent(
        'the API key was refused: GET /services at api.render.com answered HTTP 401 (request r-1). Render says: "Unauthorized | see [docs](x) @team". Next: create one in Render\'s Account Settings.',
      ),
    ],
  },
};

function reviewOf({ phase, events, held = [], next = [], more, planned }: Kind): string {
  const seen = readChanges(events);
  const nothing = readChanges([]);
  const changes = planned === undefined ? seen : completed(seen, { ...nothing, ...planned });
  const facts = { purposes: {}, risks: {}, overrides: [], links: [], ...more };
  return writeReview({
    ...{ stack: "prod", phase, changes, held, next },
    ...(more === undefined ? {} : { more: facts }),
  });
}

describe("the review of each kind of change", () => {
  it.each(Object.entries(kinds))("%s reads as its golden file", async (name, kind) => {
    await expect(reviewOf(kind)).toMatchFileSnapshot(join(__dirname, "golden", "review", `${name}.md`));
  });

  it("stays short enough for a comment, whatever a preview says", () => {
    const events = Array.from({ length: 3_000 }, (_, index) => errorEvent(`${index} ${"x".repeat(200)}`));
    expect(
      writeReview({ stack: "prod", phase: "api", changes: readChanges(events), held: [], next: [] }).length,
    ).toBeLessThan(64_000);
  });

  it("does not depend on the order in which steps ran side by side", () => {
    const { events } = kinds["rolled-back-keeping-data"]!;
    const write = (list: EngineEvent[]) =>
      writeReview({ stack: "prod", phase: "preparation", changes: readChanges(list), held: [], next: [] });
    const [flags, rest] = [events.slice(0, 4), events.slice(4)];
    expect(write([...flags.toReversed(), ...rest])).toBe(write(events));
  });
});

describe("the command", () => {
  it.each([
    ["where nothing else changes", []],
    ["beside a flag that goes on", [pre(flag("ENABLE_CAR_NUMBER", "false", "true"))]],
  ])(
    "names a deploy that is live and not ours, such as another state's over the same services: %s",
    async (_case, steps) => {
      const theirs = writeLine({
        ...{ kind: "foreign-deploy", renderName: "felix-hub-backend", deployId: "dep-9", trigger: "api" },
        ...{ createdAt: "2026-11-24T21:00:00Z", ours: "dep-1" },
      });
      const desk = fakeDesk({
        text: stackFile("api"),
        state: [storedGate("api", "succeeded")],
        script: () => ({ events: [...steps, info(theirs)] }),
      });
      await review(desk, { stack: STACK });
      expect(desk.data.join("")).toMatch(
        /### Warnings\n\n- felix-hub-backend: deploy dep-9 \(api, 2026-11-24T21:00:00Z\) is live, not ours \(dep-1\): a script's, or another stack's/,
      );
    },
  );

  it("answers with Markdown on stdout, and with 1 where the update would be refused", async () => {
    const desk = fakeDesk({
      text: stackFile("api"),
      state: [storedGate("api", "succeeded")],
      script: () => failure([errorEvent("api: soaked 1m of 15m; may end at 22:41")]),
    });
    expect(await review(desk, { stack: STACK })).toBe(1);
    expect(desk.data.join("")).toContain("## Rollout of `prod`: phase `api`");
  });

  it("says what the change does although it is refused, with purposes, from which phase and from when on", async () => {
    const desk = fakeDesk({
      text: stackFile("ui"),
      state: [storedGate("preparation", "succeeded", "closed"), storedGate("api", "succeeded")],
      script: () => failure([errorEvent("api: soaked 1m of 15m; may end at 22:15")]),
    });
    expect(await review(desk, { stack: STACK })).toBe(1);
    const text = desk.data.join("");
    expect(text).toContain("## Rollout of `prod`: phase `api` → `ui`");
    expect(text).toContain("**This cannot be applied now.** Nothing would be touched. Once it can: ");
    expect(text).toContain("- api: soaked 1m of 15m; may end at 22:15");
    expect(text).toContain(
      "2 flags are taken over as on, and written only if Render has another value: VITE_",
    );
    expect(text).toContain("- phase api ends: its gate closes behind it.");
    expect(text).toContain("It may be applied from 22:15 Europe/Berlin on");
  });

  it("names overrides, a migration's purpose and risk, and what stays as it is", async () => {
    const override =
      '  felix-hub-rollout:override: { migrations: "2026-11-24 by Ada, error-rate: because" }\n';
    const desk = fakeDesk({
      text: stackFile("migrations", override),
      state: [storedGate("preparation", "succeeded")],
      script: () => ({ events: [...kinds["migrations-applied"]!.events] }),
    });
    expect(await review(desk, { stack: STACK })).toBe(0);
    const text = desk.data.join("");
    expect(text).toContain("### ⚠️ Overridden by name");
    expect(text).toContain("error-rate: because");
    expect(text).toMatch(/`001_add_car_number_column` is applied: .*its rollback is of low risk: it drops/);
    expect(text).toContain("flag ENABLE_PART_CATEGORIES");
    expect(text).not.toMatch(/Schema|PendingMigrations/);
  });

  it("never shows a secret of the stack, whatever it looks like and whoever repeats it", async () => {
    const secret = "correct horse battery";
    for (const json of [false, true]) {
      const desk = fakeDesk({
        text: stackFile("api"),
        state: [storedGate("api", "succeeded")],
        secrets: { renderApiKey: secret },
        script: () => failure([errorEvent(`the proxy says: no route for ${secret}, please`)]),
      });
      await review(desk, { stack: STACK, json });
      const printed = [...desk.data, ...desk.said].join("\n");
      expect(printed).toContain("the proxy says: no route for");
      expect(printed).not.toContain(secret);
    }
  });

  it("never shows what has the form of a secret, also in somebody else's words", async () => {
    const canary = "rnd_canaryCanaryCanary";
    const desk = fakeDesk({
      text: stackFile("api"),
      state: [storedGate("api", "succeeded")],
      script: () =>
        failure([errorEvent(`cannot connect to postgres://felix:${canary}@db/felix with ${canary}`)]),
    });
    await review(desk, { stack: STACK });
    expect([...desk.data, ...desk.said].join("\n")).not.toContain("anaryCanary");
  });

  it("gives the same as data", async () => {
    const desk = fakeDesk({
      text: stackFile("api"),
      state: [storedGate("api", "succeeded")],
      script: () => ({ events: kinds["flags-go-on"]!.events }),
    });
    expect(await review(desk, { stack: STACK, json: true })).toBe(0);
    expect(JSON.parse(desk.data.join(""))).toMatchObject({
      ok: true,
      changes: { flags: [{ key: "VITE_ENABLE_MECH_I18N", from: "false", to: "true" }, {}] },
    });
  });
});

describe("a flag that leaves the catalogue while it is on", () => {
  it("is a warning of the review, though nothing else changes", () => {
    const sentence = leftSentence({ key: "ENABLE_OLD", onRender: "true", runs: "true" });
    const changes = readChanges([...unchanged, info(`${FRONTEND}: ${sentence}`)]);
    expect(changes.warnings).toEqual([`${FRONTEND}: ${sentence}`]);
  });
});

describe("a gate that is closed long since", () => {
  it("and takes the baseline again does not end its phase a second time", () => {
    const closed = { phase: "preparation", state: "closed" };
    const changes = readChanges([
      pre({
        op: "update",
        type: "Gate",
        name: "gate-preparation",
        old: { inputs: closed },
        new: { inputs: { ...closed, rebaseline: "2026-11-25" } },
      }),
    ]);
    expect(changes.gates).toEqual([{ phase: "preparation", change: "rebaselines" }]);
    expect(changeSentences(changes)).toEqual(["gate preparation takes the baseline again"]);
  });
});

describe("a service that leaves the catalogue", () => {
  const goes = (type: string, name: string, value?: string) =>
    pre({
      op: "delete",
      type,
      name,
      old: { inputs: { renderName: FRONTEND }, outputs: { renderName: FRONTEND, value } },
    });

  it("while a flag of it is on is a warning: nobody is asked about it any more", () => {
    const { warnings } = readChanges([
      goes("Deploy", "deploy-frontend"),
      goes("FeatureFlag", "VITE_ENABLE_UI_REFRESH", "true"),
      goes("FeatureFlag", "VITE_ENABLE_MECH_I18N", "false"),
    ]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${FRONTEND} leaves the catalogue while VITE_ENABLE_UI_REFRESH is on`);
  });

  it("and comes back by another name in the catalogue has lost nothing", () => {
    const comes = pre({
      op: "create",
      type: "FeatureFlag",
      name: "VITE_ENABLE_UI_REFRESH",
      new: { inputs: { renderName: FRONTEND, value: "true" } },
    });
    const { warnings } = readChanges([
      goes("Deploy", "deploy-frontend"),
      goes("FeatureFlag", "VITE_ENABLE_UI_REFRESH", "true"),
      comes,
    ]);
    expect(warnings).toEqual([]);
  });
});

describe("what only looks or remembers is no change that a reader has to weigh", () => {
  const create = (type: string, name: string) => pre({ op: "create", type, name, old: {}, new: {} });
  const backups = [create("Command", "backup"), create("Command", "backup-before-rollback")];

  it("a first update that applies nothing promises no backup, and names no survey", () => {
    const bookkeeping = ["Schema", "PendingMigrations", "Consents"].map((type) => create(type, type));
    expect(readChanges([...backups, ...bookkeeping])).toMatchObject({ backups: [], others: [] });
  });

  it("one that applies something does promise it", () => {
    const changes = readChanges([
      create("Command", "backup"),
      info(`applies ${CAR}`),
      pre(migrations([CAR])),
    ]);
    expect(changes.backups).toEqual(["backup"]);
  });
});
