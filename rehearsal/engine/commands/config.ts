import { text } from "node:stream/consumers";
import type { Flags } from "../command-line";
import { readHistory } from "../backend/history";
import { CommandError } from "../errors";
import { openStack, type StackPlace } from "../operations/session";
import { requireCrypter } from "../operations/stack-secrets";
import {
  describeConfig,
  describeValue,
  qualifiedKey,
  readStackConfig,
  sortedJson,
} from "../project/stack-config";
import { parsePropertyPath, type PathStep } from "../values/property-path";
import { isMap, type PropertyValue } from "../values/property-value";
import { isSet, textOf } from "./flags";
import { print, printTable } from "./output";

/** `pulumi config`: the stack's values with the project's. */
export async function listConfig(flags: Flags): Promise<void> {
  const place = openStack(flags);
  const config = await readStackConfig(place.project, place.stackFile);
  const showSecrets = isSet(flags["showSecrets"]);
  if (isSet(flags["json"])) {
    print(JSON.stringify(describeConfig(config, showSecrets), null, 2));
    return;
  }
  const own = `${place.project.name}:`;
  printTable([
    ["KEY", "VALUE"],
    ...[...config].map(([key, value]) => [
      key.startsWith(own) ? key.slice(own.length) : key,
      showSecrets ? value.text : value.shown,
    ]),
  ]);
}

/** `pulumi config get`: one value, in clear. */
export async function getConfig(flags: Flags, [key = ""]: readonly string[]): Promise<void> {
  const place = openStack(flags);
  const config = await readStackConfig(place.project, place.stackFile);
  const [first, ...rest] = configPath(place, key, flags);
  const value = config.get(String(first));
  const inner = value === undefined ? undefined : valueAt(value.object ?? value.text, rest);
  if (value === undefined || inner === undefined) {
    throw new CommandError(`configuration key '${key}' not found for stack '${place.stack.name}'`);
  }
  const plain = typeof inner === "string" ? inner : sortedJson(inner);
  if (!isSet(flags["json"])) {
    print(plain);
    return;
  }
  const object = typeof inner === "object" && inner !== null ? inner : undefined;
  const secret = value.secrets.some((text) => plain === text || plain.includes(JSON.stringify(text)));
  print(JSON.stringify(describeValue({ text: plain, object, secret }, true), null, 2));
}

/** `pulumi config set`: the value from the command line, or from standard input. */
export async function setConfig(flags: Flags, [key = "", value]: readonly string[]): Promise<void> {
  const place = openStack(flags);
  const given = value ?? (await text(process.stdin)).replace(/\r?\n$/, "");
  await put(place, configPath(place, key, flags), given, isSet(flags["secret"]), isSet(flags["path"]));
  place.stackFile.write();
}

/** `pulumi config set-all`: pairs from flags, or a JSON document. */
export async function setAllConfig(flags: Flags): Promise<void> {
  const place = openStack(flags);
  for (const kind of ["plaintext", "secret"] as const) {
    const pairs = flags[kind];
    for (const pair of Array.isArray(pairs) ? pairs : []) {
      const [, key = "", value = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (key === "") throw new CommandError(`invalid --${kind} value "${pair}": expected key=value`);
      await put(place, configPath(place, key, flags), value, kind === "secret", isSet(flags["path"]));
    }
  }
  const document = textOf(flags["json"]);
  if (document !== undefined) await putDocument(place, JSON.parse(document) as PropertyValue);
  place.stackFile.write();
}

/** `pulumi config rm` and `rm-all`; a key that is not there is no mistake. */
export function removeConfig(flags: Flags, keys: readonly string[]): void {
  const place = openStack(flags);
  for (const key of keys) {
    for (const path of alternatives(place, configPath(place, key, flags))) place.stackFile.removeConfig(path);
  }
  place.stackFile.write();
}

/** `pulumi config refresh`: the last update's config comes back into the stack file. */
export function refreshConfig(flags: Flags): void {
  const place = openStack(flags);
  const [latest] = readHistory(place.backend, place.stack);
  if (latest === undefined) throw new CommandError("no previous deployment");
  const fromProject = new Set(
    Object.keys(place.project.config).map((key) => qualifiedKey(place.project, key)),
  );
  for (const [key, value] of Object.entries(latest.config))
    if (!fromProject.has(key)) place.stackFile.setConfig([key], value);
  place.stackFile.write();
}

/** The place of a key in the stack's file; with `--path`, inside of a value. */
function configPath(place: StackPlace, key: string, flags: Flags): PathStep[] {
  if (!isSet(flags["path"])) return [qualifiedKey(place.project, key)];
  const [namespace, path] = key.includes(":")
    ? [`${key.split(":")[0] ?? ""}:`, key.slice(key.indexOf(":") + 1)]
    : [`${place.project.name}:`, key];
  const [first = "", ...rest] = parsePropertyPath(path);
  return [namespace + String(first), ...rest];
}

/** Stack files may write a key of the project's own namespace without it. */
function alternatives(place: StackPlace, [first = "", ...rest]: PathStep[]): PathStep[][] {
  const own = `${place.project.name}:`;
  const key = String(first);
  return key.startsWith(own)
    ? [
        [key, ...rest],
        [key.slice(own.length), ...rest],
      ]
    : [[key, ...rest]];
}

async function put(
  place: StackPlace,
  path: PathStep[],
  value: string,
  secret: boolean,
  typed: boolean,
): Promise<void> {
  const written: PropertyValue = secret
    ? { secure: (await requireCrypter(place)).crypter.encrypt(value) }
    : typed
      ? typedValue(value)
      : value;
  place.stackFile.setConfig(path, written);
}

/** What is set by path may be a number or a boolean, as in the CLI. */
function typedValue(value: string): PropertyValue {
  if (value === "true" || value === "false") return value === "true";
  return /^(0|-?[1-9]\d*)$/.test(value) && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

async function putDocument(place: StackPlace, document: PropertyValue): Promise<void> {
  if (!isMap(document)) throw new CommandError("could not parse --json: expected an object");
  for (const [key, entry] of Object.entries(document)) {
    if (!isMap(entry)) throw new CommandError(`could not parse --json: ${key} is not an object`);
    const { objectValue, value, secret } = entry;
    const path = [qualifiedKey(place.project, key)];
    if (objectValue !== undefined && secret !== true) place.stackFile.setConfig(path, objectValue);
    else
      await put(
        place,
        path,
        typeof value === "string" ? value : sortedJson(value ?? null),
        secret === true,
        false,
      );
  }
}

function valueAt(value: PropertyValue, path: readonly PathStep[]): PropertyValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const inner = Array.isArray(value) ? value[Number(step)] : isMap(value) ? value[String(step)] : undefined;
  return inner === undefined ? undefined : valueAt(inner, rest);
}
