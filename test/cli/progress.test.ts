import { expect, it } from "vitest";

import { createProgress } from "../../cli/update/progress";
import { deploy, failedStep, flag, gate, info, outputs, pre, same } from "./support/events";

it("says what begins, what is done and how long it took, and what providers tell meanwhile", () => {
  const lines: string[] = [];
  let now = 0;
  const progress = createProgress(
    (line) => lines.push(line),
    () => (now += 600),
  );
  const on = flag("ENABLE_CAR_NUMBER", "false", "true");
  for (const event of [
    info("prod: phase api, 2 of 6 flags on"),
    pre(same("FeatureFlag", "X"), false),
    pre(on, false),
    outputs(on),
    pre(deploy(), false),
    info("felix-hub-backend: deploy dep-1 update_in_progress (3s)"),
    info(`felix-hub-backend: ENABLE_CAR_NUMBER is "false" on Render, declared "true"`),
    outputs(deploy()),
    pre(gate("api", "create", { new: "open" }), false),
    failedStep(gate("api", "create", { new: "open" })),
  ]) {
    progress(event);
  }

  expect(lines.map((line) => line.replaceAll(/\u001b\[\d+m/g, ""))).toEqual([
    "  … ENABLE_CAR_NUMBER = true",
    "  ✓ ENABLE_CAR_NUMBER = true 0.6 s",
    "  … deploy of felix-hub-backend",
    "      felix-hub-backend: deploy dep-1 update_in_progress (3s)",
    "  ✓ deploy of felix-hub-backend 0.6 s",
    "  … gate api: verifies",
    "  ✗ gate api: verifies",
  ]);
});
