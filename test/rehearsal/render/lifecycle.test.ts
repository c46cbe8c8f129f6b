import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { expect, onTestFinished, test } from "vitest";

import { startRenderStandIn } from "../../../rehearsal/render/server";
import { siteSpec, webSpec } from "./specs";

test("stop ends every process, also those that ignore SIGTERM and those that a job left behind", async () => {
  const services = [webSpec({ envVars: { IGNORE_SIGTERM: "true" } }), siteSpec()];
  const standIn = await startRenderStandIn({ services, shutdownMs: 150 });
  const { id, url } = standIn.service("backend");
  await fetch(`${standIn.url}/services/${id}/jobs`, {
    method: "POST",
    headers: { authorization: `Bearer ${standIn.apiKey}` },
    body: JSON.stringify({ startCommand: "sleep 60 & sleep 60" }),
  });
  await expect.poll(() => standIn.pids().length).toBe(2);
  const pids = standIn.pids();
  await standIn.stop();
  expect(pids.map(groupRuns)).toEqual([false, false]);
  await expect(fetch(url)).rejects.toThrow();
  await expect(fetch(standIn.url)).rejects.toThrow();
});

test("nothing outlives a stand-in that was killed", async () => {
  const temporary = mkdtempSync(join(tmpdir(), "killed-host-"));
  onTestFinished(() => {
    rmSync(temporary, { recursive: true, force: true });
  });
  const directories = () => readdirSync(temporary).filter((name) => name.startsWith("render-stand-in-"));
  const host = spawn(process.execPath, ["--import", "tsx", join(__dirname, "programs", "host.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: temporary },
  });
  const line = await new Promise<string>((resolve) => {
    createInterface({ input: host.stdout }).once("line", resolve);
  });
  const pids = JSON.parse(line) as number[];
  expect(pids).toHaveLength(2);
  expect(pids.map(groupRuns)).toEqual([true, true]);
  expect(directories()).toHaveLength(1);
  host.kill("SIGKILL");
  await expect.poll(() => pids.map(groupRuns), { timeout: 5000 }).toEqual([false, false]);
  await expect.poll(directories, { timeout: 5000 }).toEqual([]);
});

test("a first deploy that fails says why, and leaves nothing behind", async () => {
  const services = [webSpec(), webSpec({ name: "broken", envVars: { CRASH_AT_START: "true" } })];
  const failed = startRenderStandIn({ services });
  await expect(failed).rejects.toThrow(
    /the first deploy of broken did not go live[\s\S]*cannot start: no database/,
  );
});

/** Whether a process of the group still runs; one that only waits for its parent to notice its end does not. */
function groupRuns(group: number): boolean {
  const lines = execFileSync("ps", ["-A", "-o", "pgid=,stat="], { encoding: "utf8" }).trim().split("\n");
  return lines.some((line) => {
    const [pgid, stat = ""] = line.trim().split(/\s+/);
    return Number(pgid) === group && !stat.startsWith("Z");
  });
}
