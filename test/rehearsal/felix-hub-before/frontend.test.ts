import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { felixHubServices } from "../../../rehearsal/felix-hub-before/services";
import { runNode } from "./processes";

const [, site] = felixHubServices({ databaseUrl: "postgres://127.0.0.1:9/none" });
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "felix-hub-site-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Builds the site as the service's description says; answers with its flags and all the text that a browser could get. */
async function build(
  name: string,
  variables: Record<string, string>,
): Promise<{ flags: unknown; bundle: string }> {
  const outDir = join(folder, name);
  const args = site.build.command.slice(1).map((word) => word.replace("{outDir}", outDir));
  const built = await runNode(args, { ...site.build.env, ...variables }, site.build.cwd);
  expect(built).toMatchObject({ code: 0, stderr: "" });
  const files = readdirSync(outDir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const bundle = files
    .filter(({ name: file }) => file !== "feature-flags.json")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
  return { flags: JSON.parse(readFileSync(join(outDir, "feature-flags.json"), "utf8")), bundle };
}

const I18N = ["Aufträge in der Werkstatt", "Заказы в мастерской", "felix-hub-language"];
const REFRESH = [".tile", "summary"];

describe("the mechanics' site", () => {
  it("with the flags off (absent or not exactly true), has no trace of the features", async () => {
    const { flags, bundle } = await build("off", { VITE_ENABLE_UI_REFRESH: "TRUE" });
    expect(flags).toEqual({ VITE_ENABLE_MECH_I18N: false, VITE_ENABLE_UI_REFRESH: false });
    expect(bundle).toContain("Orders in the workshop");
    for (const words of [...I18N, ".tile"]) expect(bundle).not.toContain(words);
  });

  it("with one flag on, has that feature and not the other", async () => {
    const { flags, bundle } = await build("i18n", { VITE_ENABLE_MECH_I18N: "true" });
    expect(flags).toEqual({ VITE_ENABLE_MECH_I18N: true, VITE_ENABLE_UI_REFRESH: false });
    for (const words of I18N) expect(bundle).toContain(words);
    expect(bundle).not.toContain(".tile");
    const refreshed = await build("refresh", { VITE_ENABLE_UI_REFRESH: "true" });
    expect(refreshed.flags).toEqual({ VITE_ENABLE_MECH_I18N: false, VITE_ENABLE_UI_REFRESH: true });
    for (const words of REFRESH) expect(refreshed.bundle).toContain(words);
    for (const words of I18N) expect(refreshed.bundle).not.toContain(words);
  });

  it("with both on, has both, and asks the backend that it was told of", async () => {
    const on = { VITE_ENABLE_MECH_I18N: "true", VITE_ENABLE_UI_REFRESH: "true" };
    const { flags, bundle } = await build("both", {
      ...on,
      VITE_API_URL: "https://felix-hub-backend.example",
    });
    expect(flags).toEqual({ VITE_ENABLE_MECH_I18N: true, VITE_ENABLE_UI_REFRESH: true });
    for (const words of [...I18N, ...REFRESH, "https://felix-hub-backend.example"])
      expect(bundle).toContain(words);
  });

  it("a build replaces what was built before", async () => {
    await build("again", { VITE_ENABLE_MECH_I18N: "true" });
    const { bundle } = await build("again", {});
    for (const words of I18N) expect(bundle).not.toContain(words);
  });
});
