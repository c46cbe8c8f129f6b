import { CommandError } from "../errors";
import { requirePassphrase, openSalt, type Crypter } from "../secrets/passphrase";
import { isMap, mapValues, type PropertyMap, type PropertyValue } from "../values/property-value";
import type { Project } from "./project-file";
import type { StackFile } from "./stack-file";

/** One value of a stack's configuration, in clear. */
export interface ConfigValue {
  /** As the program receives it: text, and JSON text for lists and maps. */
  text: string;
  /** The list or map behind `text`, where it is one. */
  object: PropertyValue | undefined;
  secret: boolean;
  /** The value as it may be shown: what was encrypted is veiled. */
  shown: string;
  /** The texts inside that were encrypted; for masking. */
  secrets: readonly string[];
}

/** A stack's configuration by full key (`namespace:name`), sorted by key. */
export type StackConfig = ReadonlyMap<string, ConfigValue>;

/** Reads the stack's config and merges in the project's, as the CLI does: whole values, and the stack's wins.
 *  @throws CommandError when a secret cannot be decrypted. */
export async function readStackConfig(project: Project, file: StackFile): Promise<StackConfig> {
  return readConfigMap(file, { ...projectDefaults(project), ...qualified(project, file.config) });
}

/** Reads config as a stack's file (or its history) holds it, by full key.
 *  @param file whose salt the secrets were encrypted with.
 *  @throws CommandError when a secret cannot be decrypted. */
export async function readConfigMap(file: StackFile, written: PropertyMap): Promise<StackConfig> {
  const crypter = holdsSecure(written) ? await openStackFile(file) : undefined;
  const entries = Object.entries(written).map(([key, value]): [string, ConfigValue] => [
    key,
    readValue(value, crypter),
  ]);
  return new Map(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Config in the form of `pulumi config --json`: secrets only where they are asked for. */
export function describeConfig(config: StackConfig, showSecrets: boolean): PropertyMap {
  return Object.fromEntries([...config].map(([key, value]) => [key, describeValue(value, showSecrets)]));
}

export function describeValue(
  { text, object, secret }: Pick<ConfigValue, "text" | "object" | "secret">,
  showSecrets: boolean,
): PropertyMap {
  if (secret && !showSecrets) return { secret };
  return { value: text, ...(object === undefined ? {} : { objectValue: object }), secret };
}

/** Holds a stack's config against what the project declares.
 *  @throws CommandError when a value is missing or does not have its declared type. */
export function checkDeclaredConfig(project: Project, stack: string, config: StackConfig): void {
  const missing: string[] = [];
  for (const [key, declared] of Object.entries(project.config)) {
    if (!isMap(declared)) continue;
    const found = config.get(qualifiedKey(project, key));
    if (found === undefined) missing.push(key);
    else if (typeof declared["type"] === "string" && !hasType(found, declared["type"])) {
      throw new CommandError(
        `validating stack config: Stack '${stack}' with configuration key '${key}' must be of type '${describeType(declared)}'`,
      );
    }
  }
  if (missing.length === 0) return;
  const named = missing.map((key) => `'${key}'`).join(", ");
  const values = missing.length === 1 ? "value" : "values";
  throw new CommandError(
    `validating stack config: Stack '${stack}' is missing configuration ${values} ${named}`,
  );
}

/** The crypter of a stack file that has a salt already.
 *  @throws CommandError when the passphrase is missing or wrong. */
function openStackFile(file: StackFile): Promise<Crypter> {
  if (file.salt === undefined) throw new CommandError(`${file.path} holds secrets, but no encryptionsalt`);
  return openSalt(file.salt, requirePassphrase());
}

/** `key` with the project's namespace where it has none.
 *  @throws CommandError when it is no key at all. */
export function qualifiedKey(project: Project, key: string): string {
  if (key.split(":").length > 2) {
    throw new CommandError(
      `invalid configuration key: could not parse ${key} as a configuration key ` +
        "(configuration keys should be of the form `<namespace>:<name>`)",
    );
  }
  return key.includes(":") ? key : `${project.name}:${key}`;
}

/** JSON as the CLI writes it: the keys of every map in order of the alphabet. */
export function sortedJson(value: PropertyValue, indent?: number): string {
  return JSON.stringify(value, (_, inner: PropertyValue) => (isMap(inner) ? sortKeys(inner) : inner), indent);
}

function sortKeys(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function qualified(project: Project, config: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [qualifiedKey(project, key), value]),
  );
}

function projectDefaults(project: Project): PropertyMap {
  const defaults: PropertyMap = {};
  for (const [key, declared] of Object.entries(project.config)) {
    const value = isMap(declared) ? (declared["value"] ?? declared["default"]) : declared;
    if (value !== undefined && value !== null) defaults[qualifiedKey(project, key)] = value;
  }
  return defaults;
}

function readValue(value: PropertyValue, crypter: Crypter | undefined): ConfigValue {
  const secrets: string[] = [];
  const clear = withSecrets(value, (sealed) => {
    const text = crypter?.decrypt(sealed) ?? "";
    secrets.push(text);
    return text;
  });
  return {
    text: plainText(clear),
    object: typeof clear === "object" && clear !== null ? clear : undefined,
    secret: secrets.length > 0,
    shown: plainText(withSecrets(value, () => "[secret]")),
    secrets,
  };
}

/** The value with every encrypted text in it replaced. */
function withSecrets(value: PropertyValue, open: (sealed: string) => string): PropertyValue {
  if (isSecure(value)) return open(value.secure);
  if (Array.isArray(value)) return value.map((inner) => withSecrets(inner, open));
  return isMap(value) ? mapValues(value, (inner) => withSecrets(inner, open)) : value;
}

function plainText(value: PropertyValue): string {
  if (typeof value === "object" && value !== null) return sortedJson(value);
  return value === null ? "" : String(value);
}

function isSecure(value: PropertyValue): value is { secure: string } {
  return isMap(value) && typeof value["secure"] === "string" && Object.keys(value).length === 1;
}

function holdsSecure(value: PropertyValue): boolean {
  if (isSecure(value)) return true;
  if (Array.isArray(value)) return value.some(holdsSecure);
  return isMap(value) && Object.values(value).some(holdsSecure);
}

function hasType(value: ConfigValue, type: string): boolean {
  switch (type) {
    case "array":
      return Array.isArray(value.object);
    case "object":
      return isMap(value.object);
    case "integer":
      return /^-?\d+$/.test(value.text);
    case "number":
      return value.text !== "" && Number.isFinite(Number(value.text));
    case "boolean":
      return value.text === "true" || value.text === "false";
    default:
      return value.object === undefined;
  }
}

function describeType(declared: PropertyMap): string {
  const { type, items } = declared;
  if (type !== "array") return typeof type === "string" ? type : "any";
  return `array<${isMap(items) ? describeType(items) : "any"}>`;
}
