import {
  mkdtempSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  cpSync,
  readFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";

const ROOT = join(__dirname, "..", "..");

/** A checkout with nothing but the loader and one file, with packages and a cache of its own. */
function checkout(source: string) {
  const directory = mkdtempSync(join(tmpdir(), "rollout-typescript-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  cpSync(join(ROOT, "components", "typescript"), join(directory, "components", "typescript"), {
    recursive: true,
  });
  mkdirSync(join(directory, "node_modules"));
  symlinkSync(join(ROOT, "node_modules", "typescript"), join(directory, "node_modules", "typescript"));
  const cache = join(directory, "node_modules", ".cache", "rollout-typescript");
  const file = join(directory, "value.ts");
  const write = (text: string) => {
    writeFileSync(file, text);
  };
  write(source);
  return {
    ...{ directory, cache, write },
    /** What the file exports as `value`, in a process of its own; the second field tells whether the compiler was loaded. */
    load: () => {
      const script = `require("./components/typescript/register.cjs")();
        const { value } = require("./value");
        const compiled = Object.keys(require.cache).some((name) => name.includes("typescript.js"));
        console.log(JSON.stringify([value, compiled]));`;
      return JSON.parse(
        execFileSync(process.execPath, ["-e", script], { cwd: directory, encoding: "utf8" }),
      ) as unknown;
    },
    entries: () => readdirSync(cache).filter((name) => !name.startsWith(".")),
  };
}

describe("TypeScript that is loaded without a compiler", () => {
  test("is compiled once; the next process takes what was kept and loads no compiler", () => {
    const { load } = checkout("export const value: number = 1;");
    expect(load()).toEqual([1, true]);
    expect(load()).toEqual([1, false]);
  });

  test("is compiled again when its text changes, also back to an earlier text", () => {
    const { load, write, entries } = checkout("export const value: number = 1;");
    load();
    write("export const value: number = 2;");
    expect(load()).toEqual([2, true]);
    write("export const value: number = 1;");
    expect(load()).toEqual([1, false]);
    expect(entries()).toHaveLength(2);
  });

  test("a kept text that was cut short, or is another's, is made anew", () => {
    const { load, cache, entries } = checkout("export const value: number = 1;");
    load();
    for (const text of ["", '{"code":"exports.val', '{"code":1,"map":"{}"}']) {
      for (const name of entries()) writeFileSync(join(cache, name), text);
      expect(load()).toEqual([1, true]);
    }
  });

  test("needs no place to keep anything: a cache that cannot be written costs time only", () => {
    const { load, directory } = checkout("export const value: number = 1;");
    writeFileSync(join(directory, "node_modules", ".cache"), "a file where a directory belongs");
    expect(load()).toEqual([1, true]);
    expect(load()).toEqual([1, true]);
  });

  test("a mistake in its syntax does not become another program", () => {
    const { load } = checkout("export const value: number = ;");
    expect(load).toThrow();
  });
});

test("the program is read by the same loader, and from the second time on no compiler is loaded for it", () => {
  const { runtime } = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")) as {
    runtime: { options: { typescript: boolean; nodeargs: string } };
  };
  expect(runtime.options.typescript).toBe(false);
  const script = `require("./components/plan/plan-rollout");
    console.log(Object.keys(require.cache).some((file) => file.endsWith("typescript.js")));`;
  const load = () =>
    execFileSync(process.execPath, [...runtime.options.nodeargs.split(" "), "-e", script], {
      ...{ cwd: ROOT, encoding: "utf8" },
    });
  load();
  expect(load()).toBe("false\n");
});

test("a program's stack names files that are there: Pulumi's own maps lead to names that Node never comes to the end of colouring", () => {
  const script = `const runner = require.resolve("@pulumi/pulumi/cmd/run");
    require("node:module").createRequire(runner)("source-map-support/register");
    const { RunError } = require("@pulumi/pulumi");
    process.on("unhandledRejection", (error) => console.log(require("node:util").inspect(error, { colors: true })));
    void require("@pulumi/pulumi/runtime").runInPulumiStack(() => { throw new RunError("no"); });`;
  const told = execFileSync(
    process.execPath,
    ["-r", "./components/typescript/register-here.cjs", "-e", script],
    {
      ...{ cwd: ROOT, encoding: "utf8" as const },
    },
  );
  expect(stripVTControlCharacters(told)).toContain("node_modules/@pulumi/pulumi/runtime/stack.js:");
});

test("finds a file of ours behind the name with which it is loaded later, and loads a package that cannot be required", () => {
  const { directory, write } = checkout("export {};");
  writeFileSync(join(directory, "later.ts"), "export const later: string = 'loaded';");
  const lone = join(directory, "node_modules", "lone");
  mkdirSync(lone);
  writeFileSync(join(lone, "package.json"), '{"name": "lone", "type": "module", "exports": "./index.js"}');
  writeFileSync(join(lone, "index.js"), "export const told = await Promise.resolve('awaited');");
  write(`export const value = async (): Promise<string[]> =>
      [(await import("./later.js")).later, (await import("lone")).told];`);
  const script = `require("./components/typescript/register-here.cjs"); require("./value").value().then((all) => console.log(all.join()));`;
  expect(execFileSync(process.execPath, ["-e", script], { cwd: directory, encoding: "utf8" })).toBe(
    "loaded,awaited\n",
  );
});
