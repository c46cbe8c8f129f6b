const NAME = /\{([A-Za-z][A-Za-z0-9_]{0,49})\}/g;

/** All names that stand in a value of a smoke test: `{name}` in its texts, and `{secret: name}`. */
export function namesIn(value: unknown): string[] {
  if (typeof value === "string") return [...value.matchAll(NAME)].map(([, name = ""]) => name);
  if (typeof value !== "object" || value === null) return [];
  const secret = secretIn(value);
  return secret === undefined ? Object.values(value).flatMap(namesIn) : [secret];
}

/** The name in a map that is nothing but `{secret: name}`; undefined for everything else. */
export function secretIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const [[key, name] = ["", undefined], ...more] = Object.entries(value) as [string, unknown][];
  return key === "secret" && typeof name === "string" && more.length === 0 ? name : undefined;
}

/** A text with its names filled in; those that stand for nothing stay as they are. What is filled in is not looked through again. */
export function fillText(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replaceAll(NAME, (whole, name: string) => valueOf(name) ?? whole);
}
