import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { requirePulumi } from "../../cli/engine/open-engine";

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
