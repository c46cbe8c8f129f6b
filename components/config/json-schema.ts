import { z } from "zod";
import { configSchema } from "./schema/config-schema";
import { catalogueShape } from "./schema/catalogue";
import { sharedShape } from "./schema/shared";
import { SECRETS } from "./secret-names";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** JSON Schema of `Pulumi.<stack>.yaml`, for editors: our keys in their namespace, secrets, and what Pulumi itself writes. */
export function stackFileSchema(project: string): JsonSchema {
  const keys = Object.entries(configSchema.partial().shape).map(([key, schema]) => [
    `${project}:${key}`,
    schema,
  ]);
  const secrets = Object.entries(SECRETS).map(([key, { purpose, environment }]) => {
    const inWords = `${purpose} Encrypted by \`pulumi config set --secret ${key}\`; or ${environment} in the environment.`;
    return [`${project}:${key}`, z.strictObject({ secure: z.string() }).optional().describe(inWords)];
  });
  const config = z.object(Object.fromEntries([...keys, ...secrets]) as Record<string, z.ZodType>);
  const file = z.strictObject({
    config: config.describe("This stack's values."),
    encryptionsalt: z.string().optional().describe("Written by Pulumi: the salt of the passphrase."),
    encryptedkey: z.string().optional().describe("Written by Pulumi."),
    secretsprovider: z.string().optional().describe("Written by Pulumi: who encrypts this stack's secrets."),
    environment: z.any().optional().describe("Environments of Pulumi ESC."),
  });
  const schema = toJson(file, `A stack of ${project}`);
  const inner = schema.properties?.["config"] as JsonSchema;
  inner.required = [`${project}:phase`];
  inner.additionalProperties = false;
  inner.patternProperties = { "^(pulumi|command):": {} };
  return schema;
}

/** JSON Schema of `Pulumi.yaml`, for editors: the catalogue; Pulumi's own keys are left to Pulumi. */
export function projectFileSchema(project: string): JsonSchema {
  const keys = Object.entries({ ...sharedShape, ...catalogueShape }).map(([key, schema]) => {
    const required = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
    const inWords = schema.meta()?.description ?? "";
    return [
      key,
      z.strictObject({ value: required, description: z.string().optional() }).optional().describe(inWords),
    ];
  });
  const file = z.looseObject({
    name: z.string().describe("The project's name, and the namespace of its keys in stack files."),
    config: z
      .strictObject(Object.fromEntries(keys) as Record<string, z.ZodType>)
      .describe("The catalogue, for every stack."),
  });
  return toJson(file, `The catalogue of ${project}`);
}

function toJson(schema: z.ZodType, title: string): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-7" });
  return { $schema, title, ...rest };
}
