import type { Flags } from "../command-line";

/** Whether a flag is given; `--refresh=false` is not. */
export function isSet(flag: Flags[string]): boolean {
  return flag !== undefined && flag !== false && flag !== "false";
}

/** A flag's value, where it has one. */
export function textOf(flag: Flags[string]): string | undefined {
  return typeof flag === "string" ? flag : undefined;
}
