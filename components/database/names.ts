/** Postgres keeps the first 63 bytes of a name. */
const NAME_BYTES = 63;

/**
 * The parts of a dotted name, as written: `shop.orders.car_number`, `"odd.table".id`, in quotes with `""` for a quote.
 * Undefined where it is no such name. Longer parts are cut as Postgres cuts them.
 */
export function parseName(text: string): string[] | undefined {
  const parts: string[] = [];
  let rest = text.trim();
  for (;;) {
    const found = /^(?:"((?:[^"]|"")+)"|([^".]+))/.exec(rest);
    if (found === null) return undefined;
    const part = found[1]?.replaceAll('""', '"') ?? (found[2] ?? "").trim();
    if (part === "" || part.includes("\0")) return undefined;
    // An expression, a list or another database's quotes: no name unless it is quoted.
    if (found[1] === undefined && /[()[\]{};,*`]|^'/.test(part)) return undefined;
    parts.push(cutName(part));
    rest = rest.slice(found[0].length);
    if (rest === "") return parts;
    if (!rest.startsWith(".")) return undefined;
    rest = rest.slice(1);
  }
}

export function cutName(name: string, bytes = NAME_BYTES): string {
  const encoded = Buffer.from(name);
  if (encoded.length <= bytes) return name;
  let end = bytes;
  // Never in the middle of a sign: its further bytes begin with the bits 10.
  while (((encoded[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return encoded.subarray(0, end).toString();
}

export function quoteName(...parts: string[]): string {
  return parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
}

/** Right whatever `standard_conforming_strings` is set to. */
export function quoteText(text: string): string {
  const escaped = text.replaceAll("'", "''");
  return escaped.includes("\\") ? ` E'${escaped.replaceAll("\\", "\\\\")}'` : `'${escaped}'`;
}

/** Writes a name as a fact does: quotes only where a dot or a quote asks for them. */
export function writeName(...parts: string[]): string {
  return parts.map((part) => (/[."]/.test(part) ? quoteName(part) : part)).join(".");
}
