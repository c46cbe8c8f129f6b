import { isMap, isNode, isScalar, visit } from "yaml";
import { looksSecret } from "../../secrets";
import { toProblem, type Problem } from "../problem";
import { SECRETS, type SecretName } from "../secret-names";
import { type OpenSource, type SourceEntry } from "./open-source";

/** Secrets that stand in clear or in the wrong file, and encrypted values where no secret belongs. Never shows one. */
export function findSecretProblems(source: OpenSource): Problem[] {
  return [...source.entries.values()].flatMap((entry) =>
    isSecretName(entry.key) ? secretProblems(entry, entry.key, source) : strayEncryption(entry, source),
  );
}

/** Whether a key is one whose value is never read by config. */
export function isSecretName(key: string): key is SecretName {
  return Object.hasOwn(SECRETS, key);
}

/** Whether any part of an entry is encrypted: then only Pulumi can read it. */
export function holdsEncryption({ value }: SourceEntry): boolean {
  return findEncrypted(value) !== undefined;
}

function secretProblems({ key, pair, value }: SourceEntry, name: SecretName, source: OpenSource): Problem[] {
  const at = source.positionOf(isNode(pair.value) ? pair.value : pair);
  const { environment } = SECRETS[name];
  const allowed = `an encrypted value (pulumi config set --secret ${key}), or none and ${environment} in the environment`;
  const refuse = (code: string, found: string) => [toProblem({ code, path: [key], found, allowed }, at)];
  if (source.kind === "project")
    return refuse("secret-in-project-file", "a secret for all stacks (not shown)");
  const cipher = isMap(value) ? value.get("secure") : undefined;
  if (typeof cipher !== "string") return refuse("secret-in-clear", "a secret in clear (not shown)");
  return looksSecret(cipher) ? refuse("secret-in-clear", 'a secret in clear below "secure" (not shown)') : [];
}

function strayEncryption({ key, value }: SourceEntry, source: OpenSource): Problem[] {
  const encrypted = findEncrypted(value);
  if (encrypted === undefined) return [];
  const finding = {
    code: "encrypted-value",
    path: [key],
    found: "an encrypted value",
    allowed: "a value in clear; it is no secret",
  };
  return [toProblem(finding, source.positionOf(encrypted))];
}

function findEncrypted(value: unknown): unknown {
  let found: unknown;
  if (!isNode(value)) return undefined;
  visit(value, {
    Map(_, map) {
      const [only, ...others] = map.items;
      if (only === undefined || others.length > 0 || !isScalar(only.key) || only.key.value !== "secure")
        return undefined;
      found = map;
      return visit.BREAK;
    },
  });
  return found;
}
