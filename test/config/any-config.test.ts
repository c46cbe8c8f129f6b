import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { formatProblems, parsePulumiValues, parseSources } from "../../components/config";
import { parseStackConfig, type ParsedConfig } from "../../components/config/parse-stack-config";
import { arbitraryWrittenConfig } from "../support/arbitrary-config";
import { asPulumiHandsOver } from "./as-pulumi-hands-over";
import { validProjectYaml, validStackYaml } from "./wrong-configs";

const names = { project: "felix-hub-rollout", stack: "prod" };
const PROJECT_FILE = "name: felix-hub-rollout\nruntime: nodejs\n";

function sources(stackYaml: string, projectYaml: string) {
  return [
    { kind: "stack" as const, file: "Pulumi.prod.yaml", text: stackYaml },
    { kind: "project" as const, file: "Pulumi.yaml", text: projectYaml },
  ];
}

/** A text with a part of it replaced by something else. */
function damaged(text: string): fc.Arbitrary<string> {
  const scrap = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      "\t",
      "\n",
      ": ",
      "- ",
      "{",
      "[",
      "]",
      "*a",
      "&a ",
      "!t ",
      "<<: ",
      "? ",
      "null",
      "~",
      "2026-11-24",
      "__proto__",
      "---\n",
    ),
  );
  return fc
    .tuple(fc.nat(text.length), fc.nat(30), scrap)
    .map(([start, length, put]) => text.slice(0, start) + put + text.slice(start + length));
}

describe("any config that a person could have written", () => {
  it("means the same from its file, from Pulumi's values and as plain values", () => {
    fc.assert(
      fc.property(arbitraryWrittenConfig(), (values) => {
        const config = Object.fromEntries(
          Object.entries(values).map(([key, value]) => [`felix-hub-rollout:${key}`, value]),
        );
        const stackYaml = stringify(
          { config },
          { aliasDuplicateObjects: false, defaultKeyType: "QUOTE_DOUBLE" },
        );
        const files = sources(stackYaml, PROJECT_FILE);
        const fromFiles = parseSources(files, { stack: "prod" });
        expect(linesOf(fromFiles)).toBe("");
        expect(parsePulumiValues(asPulumiHandsOver(stackYaml, PROJECT_FILE), files, names)).toEqual(
          fromFiles,
        );
        expect(parseStackConfig({ ...names, values, sources: [] })).toEqual(fromFiles);
      }),
    );
  });
});

describe("any damage to the files", () => {
  it("ends in a config or in problems that name a place, never in an error", () => {
    fc.assert(
      fc.property(
        damaged(validStackYaml),
        damaged(validProjectYaml),
        fc.boolean(),
        fc.boolean(),
        (stack, project, one, other) => {
          const parsed = parseSources(
            sources(one ? stack : validStackYaml, other ? project : validProjectYaml),
            { stack: "prod" },
          );
          for (const line of linesOf(parsed).split("\n").filter(Boolean))
            expect(line).toMatch(/^Pulumi(\.prod)?\.yaml:\d+:\d+: /);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("ends the same for Pulumi's values when the files are not those that they came from", () => {
    const values = asPulumiHandsOver(validStackYaml, validProjectYaml);
    fc.assert(
      fc.property(damaged(validProjectYaml), (project) => {
        expect(() => parsePulumiValues(values, sources(validStackYaml, project), names)).not.toThrow();
      }),
      { numRuns: 100 },
    );
    // Found once in some thousand runs: a map that is there and empty.
    const empty = validProjectYaml.replace(/^( {2}migrations:\n {4}value:)\n( {6}.*\n)+/m, "$1\n");
    expect(empty).not.toBe(validProjectYaml);
    for (const file of [empty, empty.replace(/^( {2}migrations:)\n.*/m, "$1")])
      expect(linesOf(parsePulumiValues(values, sources(validStackYaml, file), names))).toContain(
        "migrations in an order that Pulumi does not keep",
      );
  });

  it("never shows a secret that stands in the damaged file", () => {
    const canary = "rnd_CANARYCANARY";
    const withSecret = `${validStackYaml}  felix-hub-rollout:renderApiKey: ${canary}\n`;
    // Damage to the secret itself may leave a part of it anywhere, so only the text around it is damaged.
    fc.assert(
      fc.property(damaged(`${validStackYaml}  felix-hub-rollout:renderApiKey: `), (stack) => {
        expect(
          linesOf(parseSources(sources(`${stack}${canary}\n`, validProjectYaml), { stack: "prod" })),
        ).not.toContain("CANARY");
      }),
      { numRuns: 150 },
    );
    const asTag = `${validStackYaml}  felix-hub-rollout:renderApiKey: !${canary}\n`;
    expect(linesOf(parseSources(sources(asTag, validProjectYaml), { stack: "prod" }))).not.toContain(
      "CANARY",
    );
    expect(linesOf(parseSources(sources(withSecret, validProjectYaml), { stack: "prod" }))).toContain(
      "(not shown)",
    );
  });
});

function linesOf(parsed: ParsedConfig): string {
  return parsed.ok ? "" : formatProblems(parsed.problems);
}
