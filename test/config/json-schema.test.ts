import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { projectFileSchema, stackFileSchema } from "../../components/config/json-schema";
import { arbitraryWrittenConfig } from "../support/arbitrary-config";

const root = path.join(__dirname, "..", "..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const { name } = parse(read("Pulumi.yaml")) as { name: string };
const STACK_FILES = ["Pulumi.prod.yaml", "Pulumi.staging.yaml"];

const schemas = { stack: stackFileSchema(name), project: projectFileSchema(name) };
const ajv = new Ajv({ allErrors: true, strict: true });
const accepts = { stack: ajv.compile(schemas.stack), project: ajv.compile(schemas.project) };

/** Paths of what a schema has against a file. */
function complaints(kind: keyof typeof accepts, file: unknown): string[] {
  return accepts[kind](file) ? [] : (accepts[kind].errors ?? []).map(({ instancePath }) => instancePath);
}

describe("the JSON Schemas", () => {
  it("are current: `npm run schema` would change nothing", () => {
    expect(JSON.parse(read("components/config/stack-file.schema.json"))).toEqual(schemas.stack);
    expect(JSON.parse(read("components/config/project-file.schema.json"))).toEqual(schemas.project);
  });

  it("accept the files that are shipped, which name them in their first line", () => {
    expect(complaints("project", parse(read("Pulumi.yaml")))).toEqual([]);
    expect(read("Pulumi.yaml").split("\n")[0]).toBe(
      "# yaml-language-server: $schema=components/config/project-file.schema.json",
    );
    for (const file of STACK_FILES) {
      expect(complaints("stack", parse(read(file)))).toEqual([]);
      // Pulumi may write its salt above it.
      expect(read(file)).toContain(
        "# yaml-language-server: $schema=components/config/stack-file.schema.json",
      );
    }
  });

  it("accept whatever the parser accepts", () => {
    fc.assert(
      fc.property(arbitraryWrittenConfig(), (values) => {
        const config = Object.fromEntries(
          Object.entries(values).map(([key, value]) => [`${name}:${key}`, value]),
        );
        expect(complaints("stack", { config, encryptionsalt: "v1:abc" })).toEqual([]);
      }),
    );
  });

  it("accept encrypted secrets and what Pulumi writes itself", () => {
    const config = {
      [`${name}:phase`]: "api",
      [`${name}:renderApiKey`]: { secure: "v1:abc" },
      "pulumi:tags": {},
    };
    expect(complaints("stack", { config, encryptionsalt: "v1:abc", secretsprovider: "passphrase" })).toEqual(
      [],
    );
  });

  it("mark what is wrong while it is typed", () => {
    const wrong = {
      phase: "apii",
      renderApiKey: "rnd_clear",
      soak: { api: 15 },
      hold: ["small"],
      unknown: 1,
    };
    const config = Object.fromEntries(Object.entries(wrong).map(([key, value]) => [`${name}:${key}`, value]));
    expect(complaints("stack", { config }).sort()).toEqual([
      "/config",
      `/config/${name}:hold/0`,
      `/config/${name}:phase`,
      `/config/${name}:renderApiKey`,
      `/config/${name}:soak/api`,
    ]);
  });

  it("tell for every key what it is for", () => {
    const config = schemas.stack.properties?.["config"] as {
      properties: Record<string, { description?: string }>;
    };
    expect(Object.entries(config.properties).filter(([, { description }]) => !description)).toEqual([]);
  });
});
