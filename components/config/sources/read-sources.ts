import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ConfigSource } from "./open-source";

const PROJECT_FILE = "Pulumi.yaml";

/**
 * Reads the stack's file and Pulumi.yaml, the stack's first; a file that does not exist is left out.
 * @param stack short, or as Pulumi gives it: `organization/project/stack`.
 * @param options.stackFile where `pulumi --config-file` names another one; relative to `dir`.
 */
export function readConfigSources(
  dir: string,
  stack: string,
  options: { stackFile?: string } = {},
): ConfigSource[] {
  const stackFile = options.stackFile ?? stackFileName(stack);
  return [readSource("stack", dir, stackFile), readSource("project", dir, PROJECT_FILE)].flatMap((source) =>
    source === undefined ? [] : [source],
  );
}

export function stackFileName(stack: string): string {
  return `Pulumi.${shortName(stack)}.yaml`;
}

/** "organization/project/prod" → "prod". */
export function shortName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

/** Stacks that have a file in a directory, in order of the alphabet. */
export function stacksWithFile(dir: string): string[] {
  const names = existsSync(dir) ? readdirSync(dir) : [];
  return names.flatMap((name) => /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1] ?? []).sort();
}

function readSource(kind: ConfigSource["kind"], dir: string, file: string): ConfigSource | undefined {
  const place = path.resolve(dir, file);
  return existsSync(place) ? { kind, file, text: readFileSync(place, "utf8") } : undefined;
}
