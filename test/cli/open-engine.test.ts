import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished, vi } from "vitest";

import { openEngine, requirePulumi } from "../../cli/engine/open-engine";

function machine() {
  const home = mkdtempSync(join(tmpdir(), "rollout-machine-"));
  onTestFinished(() => {
    rmSync(home, { recursive: true });
  });
  const install = (...path: string[]) => {
    const folder = join(home, ...path);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "pulumi"), "#!/bin/sh\n");
    chmodSync(join(folder, "pulumi"), 0o755);
    return folder;
  };
  return { home, install };
}

it("takes the pulumi that ROLLOUT_PULUMI names before any other", () => {
  const { home, install } = machine();
  const override = join(install("mine"), "pulumi");
  expect(
    requirePulumi({ PATH: install("bin"), PULUMI_HOME: home, ROLLOUT_PULUMI: override }).executable,
  ).toBe(override);
});

it("refuses a ROLLOUT_PULUMI that is none, instead of quietly taking another", () => {
  const { home, install } = machine();
  expect(() =>
    requirePulumi({ PATH: install("bin"), PULUMI_HOME: home, ROLLOUT_PULUMI: "/nowhere/pulumi" }),
  ).toThrow(/cannot be run/);
});

it("looks past npm's wrapper, which would start a download", () => {
  const { home, install } = machine();
  const wrapper = install("node_modules", ".bin");
  expect(() => requirePulumi({ PATH: wrapper, PULUMI_HOME: home })).toThrow(
    /^there is no Pulumi CLI on this machine .* Next: `curl .* To roll back without it: `npm run rollback -- --stack <stack> --full --instructions`\.$/,
  );
});

it("starts Pulumi once for an update: what it did stands in its events, and nothing is asked afterwards", async () => {
  const { home, install } = machine();
  const executable = join(install("bin"), "pulumi");
  const asked = join(home, "asked");
  writeFileSync(
    executable,
    `#!/bin/sh\necho "$1" >> ${asked}\ntest "$1" = version && echo v3.255.0\nexit 0\n`,
  );
  writeFileSync(join(home, "Pulumi.yaml"), "name: x\nruntime: nodejs\n");
  vi.stubEnv("ROLLOUT_PULUMI", executable);
  // Where it is put first; another test may look there later.
  vi.stubEnv("PATH", process.env["PATH"] ?? "");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const engine = await openEngine({ directory: home, stack: "prod" });
  expect(await engine.up()).toMatchObject({ ok: true });
  expect(readFileSync(asked, "utf8").trim().split("\n").sort()).toEqual(["stack", "up", "version"]);
});
