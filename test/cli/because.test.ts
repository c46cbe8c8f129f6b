import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { advance } from "../../cli/advance/recipe";
import { readUpdateMessage } from "../../cli/log/update-message";
import { rollback } from "../../cli/rollback/recipe";
import { errorEvent, failedStep, flag, gate, pre } from "./support/events";
import { failure, fakeDesk, STACK, stackFile, storedGate } from "./support/fake-desk";

const gateFailed = failure([
  pre(flag("VITE_ENABLE_UI_REFRESH", "false", "true"), false),
  failedStep(gate("ui", "create", { new: "open" })),
  errorEvent(
    "1 error occurred:\n\t* gate ui did not pass:\n  health felix-hub-backend: fail: HTTP 503\nNext: go back to the prior config and run the update again.",
  ),
]);

describe("--because", () => {
  const messages = () => {
    const found: (string | undefined)[] = [];
    const script = ({ op, watch }: { op: string; watch: { message?: string } }) => {
      if (op === "up") found.push(watch.message);
      return {};
    };
    return { found, script };
  };

  it("of an advance stands in the update's message, with who decided it", async () => {
    const { found, script } = messages();
    const desk = fakeDesk({
      text: stackFile("preparation"),
      state: [storedGate("preparation", "succeeded")],
      script,
    });
    await advance(desk, { stack: STACK, yes: true, because: "the team is there" });
    expect(found.map((each) => readUpdateMessage(each ?? ""))).toEqual([
      { title: "advance to migrations", command: "advance", by: "Ada", because: "the team is there" },
    ]);
  });

  it("of a rollback does, too", async () => {
    const { found, script } = messages();
    const desk = fakeDesk({ text: stackFile("api"), script });
    await rollback(desk, { stack: STACK, full: true, yes: true, because: "orders fail" });
    expect(readUpdateMessage(found[0] ?? "")).toMatchObject({ command: "rollback", because: "orders fail" });
  });

  it("an automatic rollback gives what stopped the advance as its reason", async () => {
    const found: string[] = [];
    const desk = fakeDesk({
      text: stackFile("preparation"),
      state: [storedGate("preparation", "succeeded")],
      script: ({ op, count, watch }) => {
        if (op !== "up") return {};
        found.push(watch.message ?? "");
        if (count > 1) return {};
        return gateFailed;
      },
    });
    await advance(desk, { stack: STACK, yes: true, autoRollback: true });
    expect(readUpdateMessage(found[1] ?? "")).toMatchObject({
      title: "back to preparation (--auto-rollback)",
      command: "rollback",
      because: expect.stringMatching(/^migrations did not succeed: /),
    });
  });

  it("what an update says is kept for whoever looks on", async () => {
    const desk = fakeDesk({ text: stackFile("api") });
    await rollback(desk, { stack: STACK, full: true, yes: true });
    const lines = readFileSync(join(desk.directory, ".rollout", STACK, "update.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(["begin", "done"]);
  });
});
