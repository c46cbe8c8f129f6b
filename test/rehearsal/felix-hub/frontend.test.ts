import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { felixHubServices, versions } from "../../../rehearsal/felix-hub/services";
import { runNode } from "./processes";

const [, site] = felixHubServices({ databaseUrl: "postgres://127.0.0.1:9/none" });
const ON = { VITE_ENABLE_MECH_I18N: "true", VITE_ENABLE_UI_REFRESH: "true" };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "felix-hub-site-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Builds the site as the service's description says; answers with every file that a browser could get. */
async function build(
  variables: Record<string, string>,
  sources = site.build.cwd,
): Promise<Record<string, string>> {
  const outDir = mkdtempSync(join(folder, "built-"));
  const args = site.build.command.slice(1).map((word) => word.replace("{outDir}", outDir));
  const built = await runNode(args, variables, sources);
  expect(built).toMatchObject({ code: 0, stderr: "" });
  const files = readdirSync(outDir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), "utf8")]),
  );
}

describe("the mechanics' site", { timeout: 60_000 }, () => {
  it("is the same byte for byte with its flags on and off, and tells no flags by itself", async () => {
    const off = await build({ VITE_ENABLE_MECH_I18N: "false" });
    expect(await build(ON)).toEqual(off);
    expect(Object.keys(off)).not.toContain("feature-flags.json");
    expect(Object.values(off).join("\n")).toContain("/config/feature-flags");
  });

  it("calls the back end that it was told of", async () => {
    const files = await build({ VITE_API_URL: "https://felix-hub-backend.example/api" });
    expect(Object.values(files).join("\n")).toContain("https://felix-hub-backend.example/api");
  });

  it("has a version whose flags decide when it is built", async () => {
    const off = await build({}, versions.frontEndFlagsWork);
    const on = await build(ON, versions.frontEndFlagsWork);
    expect(on).not.toEqual(off);
    expect(Object.values(off).join("\n")).not.toContain("/config/feature-flags");
  });
});
