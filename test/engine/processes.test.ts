import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSdkProcess } from "../../rehearsal/engine/processes/sdk-process";
import { repository } from "./support/toy-project";

const processes = path.join(repository, "rehearsal/engine/processes");
const cache = path.join(repository, "node_modules/.cache/embedded-engine");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "engine-processes-"));
  copyFileSync(
    path.join(repository, "test/engine/fixtures/toy/tsconfig.json"),
    path.join(folder, "tsconfig.json"),
  );
  symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("the SDK's processes", { timeout: 30_000 }, () => {
  it("compile a file once, and errors in it keep their place", () => {
    const mark = `mark-${String(Math.random()).slice(2)}`;
    const source = `interface A {}\n\nthrow new Error("${mark}" satisfies string);\n`;
    writeFileSync(path.join(folder, "x.ts"), source);
    const stderrOf = () => {
      const script = 'require("ts-node").register(); require("./x.ts");';
      const words = ["--require", path.join(processes, "load-less.cjs"), "-e", script];
      return spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8", timeout: 20_000 }).stderr;
    };
    expect(stderrOf()).toMatch(new RegExp(`Error: ${mark}\\n.*x\\.ts:3:7`));
    const remembered = readdirSync(cache)
      .filter((name) => /^[0-9a-f]{64}$/.test(name))
      .map((name) => path.join(cache, name))
      .filter((file) => readFileSync(file, "utf8").includes(mark));
    expect(remembered).toHaveLength(1);
    // What it says now can only come from there.
    const [file = ""] = remembered;
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(mark, "from memory"));
    expect(stderrOf()).toMatch(/Error: from memory\n.*x\.ts:3:7/);
    rmSync(file);
  });

  it("end with the engine, also while they wait to be told what to do", async () => {
    const child = startSdkProcess("run", {
      folder,
      environment: process.env,
      preload: ["wait-for-start.cjs"],
    });
    const ended = once(child, "exit");
    child.stdin?.destroy();
    child.stdio[3]?.destroy();
    expect(await ended).toEqual([1, null]);
  });
});
