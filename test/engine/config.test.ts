import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readProject } from "../../rehearsal/engine/project/project-file";
import {
  checkDeclaredConfig,
  describeConfig,
  readStackConfig,
} from "../../rehearsal/engine/project/stack-config";
import { StackFile, stackFilePath } from "../../rehearsal/engine/project/stack-file";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "engine-config-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function configOf(project: string, stack: string) {
  writeFileSync(path.join(folder, "Pulumi.yaml"), `name: toy\nruntime: nodejs\n${project}`);
  writeFileSync(path.join(folder, "Pulumi.dev.yaml"), stack);
  const read = readProject(folder);
  const config = await readStackConfig(read, StackFile.read(stackFilePath(read, "dev", undefined)));
  return { project: read, config };
}

async function textsOf(project: string, stack: string): Promise<Record<string, string>> {
  const { config } = await configOf(project, stack);
  return Object.fromEntries([...config].map(([key, { text }]) => [key, text]));
}

describe("config of project and stack", () => {
  it("merges whole values, the stack's first, with map keys in order of the alphabet", async () => {
    const project =
      "config:\n  map: {value: {z: 1, a: 2}}\n  word: plain\n  aws:region: x\n  def: {type: string, default: d}\n";
    expect(await textsOf(project, "config:\n  toy:map: {b: [1, true]}\n")).toEqual({
      "aws:region": "x",
      "toy:def": "d",
      "toy:map": '{"b":[1,true]}',
      "toy:word": "plain",
    });
    expect((await textsOf(project, ""))["toy:map"]).toBe('{"a":2,"z":1}');
  });

  it("hands on numbers and booleans as text", async () => {
    expect(await textsOf("", "config:\n  toy:n: 7\n  toy:b: false\n  toy:s: '7'\n")).toEqual({
      "toy:n": "7",
      "toy:b": "false",
      "toy:s": "7",
    });
  });

  it("refuses what is missing or of another type than the project declares", async () => {
    const check = async (stack: string) => {
      const { project, config } = await configOf("config:\n  count: {type: integer}\n", stack);
      checkDeclaredConfig(project, "dev", config);
    };
    await expect(check("")).rejects.toThrow("Stack 'dev' is missing configuration value 'count'");
    await expect(check("config: {toy:count: many}")).rejects.toThrow(
      "Stack 'dev' with configuration key 'count' must be of type 'integer'",
    );
    await expect(check("config: {toy:count: 3}")).resolves.toBeUndefined();
  });

  it("shows lists and maps as the CLI does", async () => {
    const { config } = await configOf("", "config:\n  toy:list: [a]\n");
    expect(describeConfig(config, false)).toEqual({
      "toy:list": { value: '["a"]', objectValue: ["a"], secret: false },
    });
  });
});

describe("a stack's file", () => {
  it("keeps comments and order when a value is set", () => {
    const file = path.join(folder, "Pulumi.dev.yaml");
    writeFileSync(file, "# who may advance\nconfig:\n  toy:phase: api # since Monday\n  toy:hold: []\n");
    const stackFile = StackFile.read(file);
    stackFile.setConfig(["toy:phase"], "ui");
    stackFile.setConfig(["toy:map", "list", 0], "x");
    stackFile.write();
    expect(readFileSync(file, "utf8")).toBe(
      "# who may advance\nconfig:\n  toy:phase: ui # since Monday\n  toy:hold: []\n  toy:map:\n    list:\n      - x\n",
    );
  });

  it("that is not YAML is refused with line and column", () => {
    const file = path.join(folder, "Pulumi.dev.yaml");
    writeFileSync(file, "config:\n  a: [\n");
    expect(() => StackFile.read(file)).toThrow(/line \d+, column \d+/);
  });
});

describe("a project", () => {
  it("is found from a folder below it, and must be of the Node.js runtime", () => {
    writeFileSync(
      path.join(folder, "Pulumi.yaml"),
      "name: toy\nruntime: {name: nodejs, options: {typescript: false}}\n",
    );
    expect(readProject(folder)).toMatchObject({ name: "toy", runtimeOptions: { typescript: false } });
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: toy\nruntime: python\n");
    expect(() => readProject(folder)).toThrow('only "runtime: nodejs" is supported');
  });
});
