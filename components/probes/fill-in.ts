import { fillText, namesIn, secretIn } from "../config/placeholders";

/** Stands for a secret by its name; its value never gets into inputs or state. */
export interface SecretRef {
  secret: string;
}

/** What `{name}` and `{secret: name}` stand for. */
export interface Filling {
  /** By name: values of earlier answers. */
  taken: Map<string, string>;
  secret: (name: string) => string | undefined;
}

/**
 * Texts, and all texts in a JSON value, with names filled in: first what earlier answers held, then secrets. A map that is nothing but
 * `{secret: name}` becomes that secret.
 * @param encode for what goes into a path.
 */
export function fillIn(
  value: unknown,
  filling: Filling,
  encode: (text: string) => string = (text) => text,
): unknown {
  if (typeof value === "string")
    return fillText(value, (name) => {
      const found = valueOf(name, filling);
      return found === undefined ? undefined : encode(found);
    });
  if (Array.isArray(value)) return value.map((item) => fillIn(item, filling, encode));
  const secret = secretIn(value);
  if (secret !== undefined) return filling.secret(secret) ?? "";
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, fillIn(inner, filling, encode)]),
  );
}

/** Names in it that stand for nothing, each once. */
export function openNames(value: unknown, filling: Filling): string[] {
  return [...new Set(namesIn(value))].filter((name) => valueOf(name, filling) === undefined);
}

function valueOf(name: string, { taken, secret }: Filling): string | undefined {
  return taken.get(name) ?? secret(name);
}
