import { describe, expect, it } from "vitest";

import {
  changeSentences,
  flagSentence,
  flagSentences,
  gateSentence,
} from "../../cli/changes/change-sentences";
import { isNothing, isPutBack, isSetFirst, type Changes, type FlagChange } from "../../cli/changes/changes";
import { readChanges } from "../../cli/changes/read-changes";
import { writeLine } from "../../components/told-lines";
import { deploy, flag, FRONTEND, gate, info, migrations, pre, same, warning } from "./support/events";

const BACKEND = "felix-hub-backend";
const none: Changes = {
  ...{ flags: [], deploys: [], backups: [], gates: [], refusals: [], drift: [], warnings: [], others: [] },
  migrations: { applies: [], rollsBack: [], keeps: [] },
  unchanged: 0,
};
const changed = (key: string, rest: Partial<FlagChange> = {}): FlagChange => ({
  ...{ key, renderName: "shop", from: "false", to: "true" },
  ...rest,
});
/** New to the rollout. */
const added = (key: string, rest: Partial<FlagChange> = {}): FlagChange => {
  const { from: _none, ...flagChange } = changed(key, rest);
  return flagChange;
};

describe("a flag's change in a sentence", () => {
  it.each<[FlagChange, string]>([
    [changed("A"), "shop: A goes on"],
    [changed("A", { from: "true", to: "false" }), "shop: A goes off"],
    [changed("A", { onRender: '"true"' }), 'shop: A goes on (Render has "true" already)'],
    [changed("A", { onRender: "absent" }), "shop: A goes on"],
    [changed("A", { from: "true" }), "shop: A is written as on again"],
    [
      changed("A", { from: "true", onRender: "absent" }),
      "shop: A is written as on again (Render has absent)",
    ],
    [added("A"), "shop: A is taken over as on, and written only if Render has another value"],
    [added("A", { onRender: '"false"' }), 'shop: A is "false" on Render and goes on'],
  ])("%o: %s", (change, sentence) => {
    expect(flagSentence(change)).toBe(sentence);
  });

  it("of several that are only taken over is one, for each service and value", () => {
    expect(
      flagSentences([
        added("A"),
        added("B"),
        added("C", { to: "false" }),
        added("D", { renderName: "site" }),
        added("E", { onRender: "absent" }),
        added("F", { onRender: "absent" }),
        changed("G"),
        changed("H"),
      ]),
    ).toEqual([
      "shop: 2 flags are taken over as on, and written only if Render has another value: A, B",
      "shop: C is taken over as off, and written only if Render has another value",
      "site: D is taken over as on, and written only if Render has another value",
      "shop: E is absent on Render and goes on",
      "shop: F is absent on Render and goes on",
      "shop: G goes on",
      "shop: H goes on",
    ]);
  });

  it.each<[FlagChange, { putBack: boolean; setFirst: boolean }]>([
    [changed("A", { from: "true", onRender: "absent" }), { putBack: true, setFirst: false }],
    [changed("A", { from: "true" }), { putBack: false, setFirst: false }],
    [changed("A", { onRender: "absent" }), { putBack: false, setFirst: false }],
    [added("A", { onRender: "absent" }), { putBack: false, setFirst: true }],
    [added("A", { onRender: '"false"' }), { putBack: false, setFirst: false }],
    [added("A", { onRender: "absent", to: "false" }), { putBack: false, setFirst: false }],
  ])("%o is told apart from somebody else's: %o", (change, expected) => {
    expect({ putBack: isPutBack(change), setFirst: isSetFirst(change) }).toEqual(expected);
  });
});

describe("a preview in plain words", () => {
  it("is in the order in which it happens: what ends, the schema, flags, deploys, what begins", () => {
    expect(
      changeSentences({
        ...none,
        gates: [
          { phase: "api", change: "closes" },
          { phase: "ui", change: "opens" },
        ],
        backups: ["backup"],
        migrations: { applies: ["001", "002"], unasked: ["002"], rollsBack: [], keeps: [] },
        flags: [changed("A"), changed("B", { from: "true", onRender: "absent" })],
        deploys: [
          { renderName: "shop", reasons: [] },
          { renderName: "site", reasons: ["its flag runs as off", "flags are written again"] },
        ],
        drift: ['B is absent on Render, declared "true"'],
        others: ["thing (Bucket, none of the rollout's own) is added"],
      }),
    ).toEqual([
      "phase api ends: its gate closes behind it",
      "backup: the backup command runs first, and must succeed",
      "migration 001: applied",
      "migration 002: applied, unless the database shows it already",
      "shop: A goes on",
      "shop: one deploy of what is live; no new code",
      "site: one deploy of what is live (its flag runs as off; flags are written again); no new code",
      "phase ui begins: its gate verifies what is live",
      'changed by hand: B is absent on Render, declared "true"; it is put back',
      "thing (Bucket, none of the rollout's own) is added",
    ]);
  });

  it("has the backup behind the deploys where the schema goes back: flags are off and live by then", () => {
    expect(
      changeSentences({
        ...none,
        backups: ["backup"],
        deploys: [{ renderName: "shop", reasons: [] }],
        migrations: {
          applies: [],
          rollsBack: [{ id: "002", loses: "drops tables", consent: "2026-11-24 by Ada" }],
          keeps: [{ id: "001", reason: "it would drop a column" }],
        },
      }),
    ).toEqual([
      "shop: one deploy of what is live; no new code",
      "backup: the backup command runs first, and must succeed",
      "migration 002: ROLLED BACK when the flags are off and live; this drops tables (consent: 2026-11-24 by Ada)",
      "migration 001: kept; it would drop a column",
    ]);
  });

  it("says that nothing changes only where nothing does", () => {
    expect(changeSentences({ ...none, unchanged: 9, warnings: ["w"], drift: ["d"] })).toEqual([
      "nothing changes",
    ]);
    expect(isNothing({ ...none, refusals: ["no"] })).toBe(false);
    expect(isNothing({ ...none, others: ["x"] })).toBe(false);
    expect(isNothing({ ...none, migrations: { ...none.migrations, applies: ["001"] } })).toBe(false);
  });

  it.each([
    ["closes", "phase ui ends: its gate closes behind it"],
    ["opens", "phase ui begins: its gate verifies what is live"],
    ["opens again", "back in phase ui: its gate verifies what is live"],
    ["verifies again", "the gate of ui verifies what is live again"],
    ["goes", "phase ui is not reached any more: its gate is forgotten"],
    ["rebaselines", "gate ui takes the baseline again"],
    ["taken over", "phase ui is taken over as passed (adopt)"],
  ] as const)("of a gate that %s: %s", (change, sentence) => {
    expect(gateSentence({ phase: "ui", change })).toBe(sentence);
  });
});

const step = (op: string, type: string, name: string, rest: object = {}) =>
  pre({ op: op as "update", type, name, ...rest });

describe("what is read from a preview's events", () => {
  it("has an order of its own, whatever ran side by side: flags and deploys by name, gates by phase, those that go last", () => {
    const { flags, deploys, gates, unchangedNames } = readChanges([
      pre(flag("B", "false", "true")),
      pre(flag("A", "false", "true", FRONTEND)),
      pre(flag("C", "false", "true")),
      pre(flag("A", "false", "true")),
      pre(deploy(FRONTEND)),
      pre(deploy()),
      pre(gate("ui", "delete", { old: "open" })),
      pre(gate("notifications", "delete", { old: "open" })),
      pre(gate("api", "create", { new: "open" })),
      pre(gate("preparation", "update", { old: "open", new: "closed" })),
      pre(same("Gate", "gate-gate-2")),
      pre(same("Deploy", "deploy-deploy-2")),
      pre(same("Migrations", "migrations")),
      pre(same("FeatureFlag", "D")),
    ]);
    expect(flags.map(({ renderName, key }) => `${renderName}/${key}`)).toEqual([
      `${BACKEND}/A`,
      `${BACKEND}/B`,
      `${BACKEND}/C`,
      `${FRONTEND}/A`,
    ]);
    expect(deploys.map(({ renderName }) => renderName)).toEqual([BACKEND, FRONTEND]);
    expect(gates).toEqual([
      { phase: "preparation", change: "closes" },
      { phase: "api", change: "opens" },
      { phase: "notifications", change: "goes" },
      { phase: "ui", change: "goes" },
    ]);
    expect(unchangedNames).toEqual([
      "flag D",
      "migrations",
      "the gate of gate-2",
      "what is live of deploy-2",
    ]);
  });

  it("does not count what a refresh looked at, nor the frame around the resources", () => {
    expect(
      readChanges([
        step("refresh", "FeatureFlag", "A", { old: {}, new: {} }),
        step("update", "Stack", "s"),
        step("same", "Stack", "s"),
      ]),
    ).toEqual({ ...none, unchangedNames: [] });
  });

  it("tells of what is none of the rollout's own what happens to it", () => {
    const { others } = readChanges([
      ...["create", "update", "delete", "replace"].map((op) => step(op, "aws:s3:Bucket", `b-${op}`)),
      pre(flag("A", "false", "true")),
    ]);
    expect(others).toEqual([
      "b-create (Bucket, none of the rollout's own) is added",
      "b-update (Bucket, none of the rollout's own) is changed",
      "b-delete (Bucket, none of the rollout's own) is removed",
      "b-replace (Bucket, none of the rollout's own) is made anew",
    ]);
  });

  it("promises the backups that are made: none that is only taken into a first state, none that goes", () => {
    const backups = (...ops: string[]) =>
      readChanges(ops.map((op) => step(op, "Command", `backup-${op}`))).backups;
    expect(backups("update", "replace", "create", "delete")).toEqual(["backup-update", "backup-replace"]);
  });

  it("calls unasked only what a first update applies without having been told", () => {
    const first = { ...migrations(["001", "002"]), op: "create" as const };
    expect(readChanges([info("applies 001"), pre(first)]).migrations).toEqual({
      ...none.migrations,
      ...{ applies: ["001", "002"], unasked: ["002"] },
    });
    expect(readChanges([info("applies 001"), pre({ ...first, op: "update" })]).migrations).toEqual({
      ...none.migrations,
      applies: ["001"],
    });
    const odd = step("create", "Migrations", "migrations", { new: { inputs: { target: "001" } } });
    expect(readChanges([odd]).migrations.applies).toEqual([]);
  });

  it("takes warnings once, without the engine's own word for them and its plugins' places", () => {
    const { warnings } = readChanges([
      warning("one resource is pending"),
      warning("one resource is pending"),
      warning("a warning: is no warning: sign"),
      warning("using pulumi-resource-command from $PATH at /opt/bin/x"),
      warning("note: using pulumi-x from $PATH at /opt is fine"),
      warning(""),
    ]);
    expect(warnings).toEqual([
      "one resource is pending",
      "a warning: is no warning: sign",
      "note: using pulumi-x from $PATH at /opt is fine",
    ]);
  });

  it("says nothing of Render where nobody looked, and what was found where somebody did", () => {
    const told = (renderName: string) =>
      info(writeLine({ kind: "on-render", renderName, key: "A", onRender: "absent", declared: "true" }));
    expect(readChanges([pre(flag("A", "false", "true")), told(FRONTEND)]).flags).toEqual([
      { key: "A", renderName: BACKEND, from: "false", to: "true" },
    ]);
    expect(readChanges([pre(flag("A", "false", "true")), told(BACKEND)]).flags).toEqual([
      { key: "A", renderName: BACKEND, from: "false", to: "true", onRender: "absent" },
    ]);
    expect(readChanges([pre({ ...flag("A", "false", "true"), op: "delete" })]).flags).toEqual([]);
  });
});

describe("why a service is deployed", () => {
  const differs = (renderName: string) =>
    info(writeLine({ kind: "runs-as", renderName, key: "Z", runs: "false", declared: "true" }));
  const again = (service: string) => pre(flag("A", "true", "true", service));

  it("is no reason of its own where a flag flips", () => {
    const { deploys } = readChanges([pre(flag("A", "false", "true")), pre(deploy()), differs(BACKEND)]);
    expect(deploys).toEqual([{ renderName: BACKEND, reasons: [] }]);
  });

  it("is what is said of this service, and nothing that is said of another", () => {
    const { deploys, drift } = readChanges([pre(deploy()), pre(deploy(FRONTEND)), differs(FRONTEND)]);
    expect(deploys).toEqual([
      { renderName: BACKEND, reasons: [] },
      { renderName: FRONTEND, reasons: ['Z runs as "false", declared "true"'] },
    ]);
    expect(drift).toEqual([`${FRONTEND}: Z runs as "false", declared "true"`]);
  });

  it("is a deploy before that did not succeed, and a flag of its own that is written once more", () => {
    const failed = { ...deploy(), old: { inputs: { service: BACKEND }, outputs: { status: "failed" } } };
    expect(readChanges([pre(failed), pre(deploy(FRONTEND)), again(BACKEND)]).deploys).toEqual([
      {
        renderName: BACKEND,
        reasons: ["the last update's deploy did not succeed", "flags are written again"],
      },
      { renderName: FRONTEND, reasons: [] },
    ]);
    expect(readChanges([pre(deploy()), again(BACKEND), again(FRONTEND)]).deploys).toEqual([
      { renderName: BACKEND, reasons: ["flags are written again"] },
    ]);
  });

  it("is none where the first update only takes over what is live, and a flag of that service where it does not", () => {
    const first = (service: string) => pre({ ...deploy(service), op: "create" });
    const off = info(
      writeLine({ kind: "on-render", renderName: FRONTEND, key: "A", onRender: '"false"', declared: "true" }),
    );
    const takenOver = pre(flag("A", undefined, "true", FRONTEND));
    expect(readChanges([first(BACKEND), first(FRONTEND), takenOver]).deploys).toEqual([]);
    expect(readChanges([first(BACKEND), first(FRONTEND), takenOver, off]).deploys).toEqual([
      { renderName: FRONTEND, reasons: [] },
    ]);
    expect(readChanges([step("delete", "Deploy", "deploy-x", { old: {} })]).deploys).toEqual([]);
  });
});

describe("what was changed by hand", () => {
  it("is told once: a flag that is put back anyway is not told as one that runs otherwise, too", () => {
    const onRender = { kind: "on-render", renderName: BACKEND, key: "A", onRender: '"true"' } as const;
    const runs = { kind: "runs-as", renderName: BACKEND, key: "A", runs: "true", declared: "false" } as const;
    const { drift } = readChanges([
      pre(flag("A", "false", "false")),
      pre(flag("B", "false", "true")),
      info(writeLine({ ...onRender, declared: "false" })),
      info(writeLine(runs)),
      info(writeLine({ ...runs, key: "C" })),
      info(writeLine({ kind: "rolled-back", renderName: BACKEND, deployId: "dep-9" })),
    ]);
    expect(drift).toEqual([
      'A is "true" on Render, declared "false"',
      `${BACKEND}: C runs as "true", declared "false"`,
      `${BACKEND}: dep-9 is a rollback and runs with the variables of an earlier deploy`,
    ]);
  });
});

describe("a gate's change", () => {
  it("is named by the phase in its inputs, by its name where there is none", () => {
    const unnamed = step("create", "Gate", "gate-api", { new: { inputs: { state: "open" } } });
    expect(readChanges([unnamed]).gates).toEqual([{ phase: "api", change: "opens" }]);
    const gone = step("delete", "Gate", "gate-x", { old: { inputs: { phase: "ui", state: "open" } } });
    expect(readChanges([gone]).gates).toEqual([{ phase: "ui", change: "goes" }]);
  });

  it("that was closed long since and is only written down anew ends no phase a second time", () => {
    const again = pre(gate("api", "update", { old: "closed", new: "closed" }));
    const changes = readChanges([again]);
    expect(changes.gates).toEqual([]);
    expect(changeSentences(changes)).toEqual(["nothing changes"]);
    expect(readChanges([pre(gate("preparation", "update", { old: "closed", new: "closed" }))]).gates).toEqual(
      [{ phase: "preparation", change: "rebaselines" }],
    );
  });

  it("is a step back where it opens again, and a look where it stays open", () => {
    expect(readChanges([pre(gate("api", "update", { old: "closed", new: "open" }))]).gates).toEqual([
      { phase: "api", change: "opens again" },
    ]);
    expect(readChanges([pre(gate("api", "update", { old: "open", new: "open" }))]).gates).toEqual([
      { phase: "api", change: "verifies again" },
    ]);
    expect(readChanges([pre(gate("api", "create", { new: "closed" }))]).gates).toEqual([
      { phase: "api", change: "taken over" },
    ]);
  });
});

describe("a service that leaves the catalogue with a flag on", () => {
  const goes = (type: string, name: string, renderName: string, value?: string) =>
    step("delete", type, name, { old: { inputs: { renderName, value }, outputs: { renderName, value } } });

  it("is told for its own flags alone, and only where the service goes, too", () => {
    const { warnings } = readChanges([
      goes("Deploy", "deploy-a", "a"),
      goes("FeatureFlag", "A", "a", "true"),
      goes("FeatureFlag", "B", "b", "true"),
      goes("Gate", "gate-x", "a", "true"),
      pre(deploy("b")),
    ]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^a leaves the catalogue while A is on: it stays on/);
    const stays = step("update", "FeatureFlag", "A", {
      old: { inputs: { renderName: "a", value: "true" }, outputs: { value: "true" } },
      new: { inputs: { renderName: "b", value: "true" } },
    });
    expect(readChanges([goes("Deploy", "deploy-a", "a"), stays]).warnings).toEqual([]);
  });
});
