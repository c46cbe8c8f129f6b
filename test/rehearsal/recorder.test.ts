import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { createRecordReader, recorded } from "../../rehearsal/recorder/record";
import { RequestLog } from "../../rehearsal/render/request-log";

const pre = (op: string, name: string) =>
  JSON.stringify({ resourcePreEvent: { metadata: { op, type: "rollout:Gate", urn: `urn::${name}` } } });

/** An engine that writes an event log and ends with this exit code; what it prints is its arguments. */
function fakeEngine(exitCode: number) {
  const folder = mkdtempSync(join(tmpdir(), "recorder-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const executable = join(folder, "engine");
  const events = [pre("same", "stack"), pre("create", "gate-api"), "{}"].join("\\n");
  writeFileSync(
    executable,
    `#!/usr/bin/env node
const at = process.argv.indexOf("--event-log");
if (at > 0) require("node:fs").writeFileSync(process.argv[at + 1], ${JSON.stringify(events)}.replaceAll("\\\\n", "\\n") + "\\n");
console.log(process.argv.slice(2).join(" "));
process.exit(${exitCode});
`,
  );
  chmodSync(executable, 0o755);
  const file = join(folder, "operations.jsonl");
  const { env } = recorded({ name: "embedded", executable, why: "" }, file);
  const run = (...args: string[]) =>
    spawnSync(env?.["ROLLOUT_PULUMI"] ?? "", args, { env: { ...process.env, ...env }, encoding: "utf8" });
  return { folder, file, run };
}

test("an operation beneath a command is noted with its steps, its end and what Render was asked meanwhile; the engine's words pass", () => {
  const { folder, file, run } = fakeEngine(7);
  const requests = new RequestLog();
  const read = createRecordReader(file, requests);
  const ask = (wallMs: number) =>
    requests.begin({ method: "GET", route: "GET /v1/owners", status: 200, at: new Date(0), wallMs });
  ask(Date.now() - 60_000);
  const finished = run("up", "--yes", "--event-log", join(folder, "events"));
  ask(Date.now() + 60_000);
  expect([finished.status, finished.stdout]).toEqual([7, `up --yes --event-log ${join(folder, "events")}\n`]);
  expect(read()).toEqual([
    {
      operation: "up",
      result: "failed",
      seconds: expect.any(Number),
      steps: [{ op: "create", type: "rollout:Gate", name: "gate-api" }],
      requests: {},
    },
  ]);
  expect(read()).toEqual([]);
});

test("what is no operation is passed on and not noted", () => {
  const { file, run } = fakeEngine(0);
  expect(run("stack", "export").stdout).toBe("stack export\n");
  expect(createRecordReader(file, new RequestLog())()).toEqual([]);
});
