import { describe, expect, it } from "vitest";

import { advance } from "../../cli/advance/recipe";
import { withCode } from "../../components/error-code";
import { errorEvent, failedStep, flag, gate, info, pre } from "./support/events";
import {
  failure,
  fakeDesk,
  said,
  STACK,
  stackFile,
  storedGate,
  type FakeDesk,
  type Script,
} from "./support/fake-desk";

const passed = [storedGate("api", "succeeded")];

const gateFailed = failure([
  pre(flag("VITE_ENABLE_UI_REFRESH", "false", "true"), false),
  failedStep(gate("ui", "create", { new: "open" })),
  errorEvent(
    "1 error occurred:\n\t* gate ui did not pass:\n  health felix-hub-backend: fail: HTTP 503\nNext: go back to the prior config and run the update again.",
  ),
]);

describe("advance", () => {
  it("moves the file on by one phase, says in plain words what that does, asks, and updates", async () => {
    const desk = fakeDesk({
      text: stackFile("api"),
      state: passed,
      interactive: true,
      script: ({ op }) =>
        op === "preview"
          ? {
              events: [
                pre(gate("api", "update", { old: "open", new: "closed" })),
                pre(flag("VITE_ENABLE_UI_REFRESH", "false", "true")),
              ],
            }
          : {},
    });
    desk.answers = ["y"];
    expect(await advance(desk, { stack: STACK })).toBe(0);
    expect(desk.file()).toBe(stackFile("ui"));
    expect(desk.calls).toEqual(["preview", "up"]);
    expect(said(desk)).toContain("+  felix-hub-rollout:phase: ui   # the one line");
    expect(said(desk)).toContain("VITE_ENABLE_UI_REFRESH goes on");
    expect(desk.asked).toHaveLength(1);
  });

  it("ends with what has to be signed off before the next phase", async () => {
    const state = [storedGate("migrations", "succeeded"), storedGate("ui", "succeeded")];
    const desk = fakeDesk({ text: stackFile("api"), state: [...passed, ...state] });
    expect(await advance(desk, { stack: STACK, yes: true })).toBe(0);
    expect(said(desk)).toContain(
      "Before notifications, to be signed off in acknowledged: interface-looks-right (Languages and the new look were tried in a browser)",
    );
    expect(said(desk)).toMatch(
      /notifications may begin at 2026-11-24 22:15 Europe\/Berlin, if all stays well/,
    );
  });

  it("never names a minute at which the next phase would still be refused", async () => {
    const late = storedGate("ui", "succeeded");
    late.outputs["passedAt"] = "2026-11-24T21:00:01Z";
    const desk = fakeDesk({ text: stackFile("api"), state: [...passed, late] });
    await advance(desk, { stack: STACK, yes: true });
    expect(said(desk)).toContain("notifications may begin at 2026-11-24 22:16 Europe/Berlin");
  });

  it("puts the file back when the preview is refused, and prints the reason", async () => {
    const refusal = "api: soaked 6m12s of 15m00s; may end at 22:41 Europe/Berlin";
    const desk = fakeDesk({
      text: stackFile("api"),
      state: passed,
      script: () => failure([errorEvent(refusal)]),
    });
    expect(await advance(desk, { stack: STACK, yes: true })).toBe(1);
    expect(desk.file()).toBe(stackFile("api"));
    expect(desk.calls).toEqual(["preview"]);
    expect(said(desk)).toContain(refusal);
  });

  it("tells the team of a backup that failed, which no resource of ours can; of a gate that failed its provider tells", async () => {
    const backup = { op: "create", type: "Command", name: "backup" } as const;
    const backupFailed = failure([
      pre(gate("preparation", "update", { old: "open", new: "closed" }), false),
      failedStep(backup),
      errorEvent('exit status 1: running "set -eu; …"'),
    ]);
    const state = [storedGate("preparation", "succeeded")];
    for (const [run, told] of [
      [backupFailed, ['prod: the rollout stopped.\nexit status 1: running "set -eu; …"']],
      [gateFailed, []],
    ] as const) {
      const script: Script = ({ op }) => (op === "up" ? run : {});
      const desk = fakeDesk({ text: stackFile("preparation"), state, script });
      expect(await advance(desk, { stack: STACK, yes: true })).toBe(1);
      expect(desk.told).toEqual(told);
    }
  });

  it("changes nothing when the answer is no", async () => {
    const desk = fakeDesk({ text: stackFile("api"), state: passed, interactive: true });
    desk.answers = [""];
    expect(await advance(desk, { stack: STACK })).toBe(1);
    expect(desk.file()).toBe(stackFile("api"));
    expect(desk.calls).toEqual(["preview"]);
  });

  it("without a terminal and without --yes it refuses before anything", async () => {
    const desk = fakeDesk({ text: stackFile("api"), state: passed });
    await expect(advance(desk, { stack: STACK })).rejects.toThrow(/no terminal to ask on; --yes/);
    expect(desk.calls).toEqual([]);
    expect(desk.file()).toBe(stackFile("api"));
  });

  it("leaves the file at the new phase when its gate fails, and names both ways on", async () => {
    const desk = fakeDesk({
      text: stackFile("api"),
      state: passed,
      script: ({ op }) => (op === "up" ? gateFailed : {}),
    });
    expect(await advance(desk, { stack: STACK, yes: true })).toBe(1);
    expect(desk.file()).toBe(stackFile("ui"));
    expect(said(desk)).toContain("health felix-hub-backend: fail: HTTP 503");
    expect(said(desk)).toContain("npm run advance -- --stack prod goes on with ui");
    expect(said(desk)).toContain("npm run rollback -- --stack prod --to api goes back to api");
    expect(said(desk)).not.toContain("go back to the prior config");
  });

  it("--auto-rollback restores the prior config, applies it at once, and keeps the reason", async () => {
    const files: string[] = [];
    const desk = fakeDesk({
      text: stackFile("api"),
      state: passed,
      script: ({ op, count, stackFile: text }) => {
        if (op === "up") files.push(text);
        return op === "up" && count === 1 ? gateFailed : {};
      },
    });
    expect(await advance(desk, { stack: STACK, yes: true, autoRollback: true })).toBe(1);
    expect(desk.calls).toEqual(["preview", "up", "up"]);
    expect(files).toEqual([stackFile("ui"), stackFile("api")]);
    expect(desk.file()).toBe(stackFile("api"));
    expect(desk.said.at(-1)).toMatch(
      /ui did not succeed, because: gate ui did not pass:\n {2}health felix-hub-backend: fail: HTTP 503/,
    );
  });

  it("--auto-rollback that fails itself says how to go on", async () => {
    const desk = fakeDesk({
      text: stackFile("api"),
      state: passed,
      script: ({ op }) => (op === "up" ? gateFailed : {}),
    });
    expect(await advance(desk, { stack: STACK, yes: true, autoRollback: true })).toBe(1);
    expect(said(desk)).toContain(
      "npm run rollback -- --stack prod --to api --yes; by hand: npm run rollback -- --stack prod --to api --instructions",
    );
  });

  it("puts the file back when the update ended before it touched anything", async () => {
    const desk = fakeDesk({
      text: stackFile("api"),
      state: passed,
      script: ({ op }) =>
        op === "up"
          ? failure([
              errorEvent(
                withCode({
                  code: "RENDER_REFUSED",
                  message:
                    "the API key was refused: GET /services at api.render.com answered HTTP 401. Next: create one.",
                  data: { status: 401 },
                }),
              ),
            ])
          : {},
    });
    expect(await advance(desk, { stack: STACK, yes: true, autoRollback: true })).toBe(1);
    expect(desk.calls).toEqual(["preview", "up"]);
    expect(desk.file()).toBe(stackFile("api"));
    expect(said(desk)).toContain("export RENDER_API_KEY");
  });

  it("goes on with a phase whose update was stopped, instead of the next one", async () => {
    const desk = fakeDesk({
      text: stackFile("ui"),
      state: [storedGate("api", "succeeded", "closed"), storedGate("ui", "failed")],
    });
    expect(await advance(desk, { stack: STACK, yes: true })).toBe(0);
    expect(desk.file()).toBe(stackFile("ui"));
    expect(desk.calls).toEqual(["preview", "up"]);
    expect(said(desk)).toContain("ui has not passed its gate yet: going on with it");
  });

  it("begins with the preparation on a stack that was never updated", async () => {
    const desk = fakeDesk({ text: stackFile("preparation") });
    expect(await advance(desk, { stack: STACK, yes: true })).toBe(0);
    expect(desk.file()).toBe(stackFile("preparation"));
    expect(desk.calls).toEqual(["preview", "up"]);
  });

  it("has nothing to do behind the last phase", async () => {
    const desk = fakeDesk({ text: stackFile("complete"), state: [storedGate("complete", "succeeded")] });
    expect(await advance(desk, { stack: STACK, yes: true })).toBe(0);
    expect(desk.calls).toEqual([]);
  });
});

describe("Ctrl-C", () => {
  it("during the preview puts the file back", async () => {
    const desk: FakeDesk = fakeDesk({
      text: stackFile("api"),
      state: passed,
      script: () => {
        desk.interrupt();
        return failure([], "", true);
      },
    });
    expect(await advance(desk, { stack: STACK, yes: true })).toBe(1);
    expect(desk.file()).toBe(stackFile("api"));
    expect(said(desk)).toContain("npm run advance -- --stack prod begins again");
  });

  it("at the question puts the file back", async () => {
    const desk = fakeDesk({ text: stackFile("api"), state: passed, interactive: true });
    desk.answers = [undefined];
    expect(await advance(desk, { stack: STACK })).toBe(1);
    expect(desk.file()).toBe(stackFile("api"));
    expect(desk.calls).toEqual(["preview"]);
  });

  it("during the update keeps the file, goes back by itself not even with --auto-rollback, and says what goes on", async () => {
    const desk: FakeDesk = fakeDesk({
      text: stackFile("api"),
      state: passed,
      script: ({ op }) => {
        if (op === "preview") return {};
        desk.interrupt();
        return failure([pre(flag("VITE_ENABLE_UI_REFRESH", "false", "true"), false), info("x")], "", true);
      },
    });
    expect(await advance(desk, { stack: STACK, yes: true, autoRollback: true })).toBe(1);
    expect(desk.calls).toEqual(["preview", "up"]);
    expect(desk.file()).toBe(stackFile("ui"));
    expect(said(desk)).toContain("the update of it is not finished");
    expect(said(desk)).toContain("npm run rollback -- --stack prod --to api goes back to api");
  });
});
