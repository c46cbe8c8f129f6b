import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { projectFileSchema, stackFileSchema } from "../components/config/json-schema";

/** Writes the JSON Schemas that the stack files and Pulumi.yaml name in their first line. */
const root = path.join(__dirname, "..");
const { name } = parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as { name: string };
const schemas = { "stack-file": stackFileSchema(name), "project-file": projectFileSchema(name) };

for (const [kind, schema] of Object.entries(schemas)) {
  const file = path.join("components", "config", `${kind}.schema.json`);
  writeFileSync(path.join(root, file), `${JSON.stringify(schema, null, 2)}\n`);
  console.error(`wrote ${file}`);
}
