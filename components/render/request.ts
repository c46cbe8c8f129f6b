import type { ApiRequest, Query } from "./api";

/**
 * The path of a request: its route with the params in place of the names, and its query.
 * @throws TypeError for a param that would change which route it is: `env-vars/` with an empty key is the whole list.
 */
export function pathOf({ route, params = {} }: Pick<ApiRequest, "route" | "params">): string {
  return route.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, params[name]));
}

function segment(name: string, value: string | undefined): string {
  if (value === undefined || value === "" || value === "." || value === "..") {
    throw new TypeError(
      `${name} ${JSON.stringify(value ?? "")} cannot stand in a path; nothing was sent to Render`,
    );
  }
  return encodeURIComponent(value);
}

/** `?a=1&b=2`, or nothing. Lists repeat their parameter, undefined is left out, dates are RFC 3339. */
export function queryOf(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value)
      ? (value as readonly string[])
      : [value as Exclude<typeof value, readonly string[]>];
    for (const each of values) {
      if (each !== undefined) search.append(name, each instanceof Date ? each.toISOString() : String(each));
    }
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
