/** Short names of types, as Postgres' `format_type` spells them out. */
const FULL_NAMES: Record<string, string> = {
  bit: "bit",
  bool: "boolean",
  char: "character",
  dec: "numeric",
  decimal: "numeric",
  float: "double precision",
  float4: "real",
  float8: "double precision",
  int: "integer",
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  bigserial: "bigint",
  serial: "integer",
  serial4: "integer",
  serial8: "bigint",
  smallserial: "smallint",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  time: "time without time zone",
  timetz: "time with time zone",
  varbit: "bit varying",
  varchar: "character varying",
};

/** Whether a column of the second type (as `format_type` writes it) is what a fact's type asks for; no length asks for any. */
export function isType(asked: string, found: string): boolean {
  const wanted = split(asked);
  const seen = split(found);
  return (
    (wanted.name === seen.name || wanted.name === seen.name.split(".").at(-1)) &&
    (wanted.sizes === "" || wanted.sizes === seen.sizes) &&
    wanted.array === seen.array
  );
}

function split(type: string): { name: string; sizes: string; array: boolean } {
  const text = type
    .trim()
    .toLowerCase()
    .replaceAll('"', "")
    .replaceAll(/\s+/g, " ")
    .replace(/ array$/, "[]");
  const array = /\[\d*\]$/.test(text);
  const bare = text.replace(/(\[\d*\])+$/, "");
  // `timestamp(3) with time zone`: the size stands inside the name.
  const sizes = (/\(([^)]*)\)/.exec(bare)?.[1] ?? "").replaceAll(" ", "").replace(/,0$/, "");
  const name = bare.replace(/\s*\([^)]*\)/, "").trim();
  return { name: FULL_NAMES[name] ?? name, sizes, array };
}
