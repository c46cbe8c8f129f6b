import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  formatProblems,
  loadStackConfig,
  parsePulumiValues,
  readConfigSources,
} from "../../components/config";
import type { ParsedConfig } from "../../components/config/parse-stack-config";
import { asPulumiHandsOver } from "./as-pulumi-hands-over";
import { validProjectYaml, validStackYaml, wrongConfigs } from "./wrong-configs";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), "wrong-configs-"));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

function write(stackYaml: string, projectYaml = validProjectYaml): void {
  writeFileSync(path.join(dir, "Pulumi.prod.yaml"), stackYaml);
  writeFileSync(path.join(dir, "Pulumi.yaml"), projectYaml);
}

function linesOf(parsed: ParsedConfig): string[] {
  return parsed.ok ? [] : formatProblems(parsed.problems).split("\n");
}

describe("a wrong config is refused with exactly these lines, from the files alone:", () => {
  it.each(wrongConfigs)("$title", ({ stackYaml, projectYaml, expected }) => {
    write(stackYaml, projectYaml);
    expect(linesOf(loadStackConfig({ dir, stack: "prod" }))).toEqual(expected);
  });
});

describe("… and with the same lines from the values that Pulumi hands over:", () => {
  const reaching = wrongConfigs.filter(({ refusedByPulumi }) => refusedByPulumi !== true);
  it.each(reaching)("$title", ({ stackYaml, projectYaml = validProjectYaml, expected }) => {
    write(stackYaml, projectYaml);
    const names = { project: "felix-hub-rollout", stack: "prod" };
    // Two documents in one file: Pulumi reads the first.
    const values = asPulumiHandsOver(stackYaml.split("\n---")[0]!, projectYaml);
    expect(linesOf(parsePulumiValues(values, readConfigSources(dir, "prod"), names))).toEqual(expected);
  });
});

describe("the table of wrong configs", () => {
  it("starts from files that are valid", () => {
    write(validStackYaml);
    expect(linesOf(loadStackConfig({ dir, stack: "prod" }))).toEqual([]);
  });

  it("has 30 entries at least, and no title twice", () => {
    expect(wrongConfigs.length).toBeGreaterThanOrEqual(30);
    expect(new Set(wrongConfigs.map(({ title }) => title)).size).toBe(wrongConfigs.length);
  });

  it("never expects a secret to be shown", () => {
    expect(JSON.stringify(wrongConfigs.map(({ expected }) => expected))).not.toContain("CANARY");
  });

  it("names a position in every line", () => {
    for (const line of wrongConfigs.flatMap(({ expected }) => expected))
      expect(line).toMatch(/^Pulumi(\.prod)?\.yaml:\d+:\d+: /);
  });
});
