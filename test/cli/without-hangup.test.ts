import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { findPulumi } from "../../cli/engine/find-pulumi";

const WRAPPER = join(__dirname, "..", "..", "cli", "engine", "without-hangup", "bin");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hangup-"));
  writeFileSync(join(folder, "pulumi"), '#!/bin/sh\nkill -HUP $$\necho "went on: $*"\n', { mode: 0o755 });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("the pulumi that our commands start", () => {
  it("goes on when the terminal closes, with its words as they were", () => {
    const env = { ...process.env, ROLLOUT_REAL_PULUMI: join(folder, "pulumi") };
    const run = (program: string) =>
      spawnSync(program, ["up", "a b", "$x"], { env, encoding: "utf8", timeout: 15_000 });
    expect(run(join(folder, "pulumi")).signal).toBe("SIGHUP");
    expect(run(join(WRAPPER, "pulumi")).stdout).toBe("went on: up a b $x\n");
  });

  it("is never taken for the CLI itself, though it comes first on the PATH of what it starts", () => {
    const PATH = [WRAPPER, folder].join(delimiter);
    expect(findPulumi({ PATH, PULUMI_HOME: folder })).toEqual({ executable: join(folder, "pulumi") });
  });
});
