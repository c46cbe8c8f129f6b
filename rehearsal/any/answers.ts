import type { Catalogue } from "./catalogue";

type Json = Record<string, unknown>;

/** What a made-up service answers, by path, and how it reports its flags. */
export interface Answers {
  paths: Record<string, unknown>;
  report?: { path: string; at?: string; names: Record<string, string> };
  flags: string[];
}

/** Answers that please the catalogue: healthy, endpoints with empty lists, smoke tests with what they expect. */
export function answersOf(catalogue: Catalogue, name: string): Answers {
  const service = catalogue.services[name];
  if (service === undefined) throw new Error(`no service ${name}`);
  const paths: Record<string, unknown> = {};
  for (const endpoint of service.endpoints) paths[endpoint] = [];
  paths[service.healthPath] = pleasing({ status: "ok", ...service.healthAnswer });
  for (const { path, json } of catalogue.smoke.filter((test) => test.service === name)) {
    const [place = ""] = Object.keys(json);
    const before = paths[path];
    const together =
      place === "" ? pleasing(json) : { ...(isObject(before) ? before : {}), ...(pleasing(json) as Json) };
    if (Object.keys(json).length > 0) paths[path] = together;
    else paths[path] ??= {};
  }
  const flags = Object.entries(catalogue.flags).filter(([, flag]) => flag.service === name);
  return {
    paths,
    flags: flags.map(([key]) => key),
    ...(service.report !== undefined && { report: service.report }),
  };
}

/** An answer in which each dotted place holds what is expected there; the place "" is the whole answer. */
export function pleasing(expected: Readonly<Json>): unknown {
  if ("" in expected) return valueFor(expected[""]);
  const answer: Json = {};
  for (const [place, wanted] of Object.entries(expected)) setAt(answer, place.split("."), valueFor(wanted));
  return answer;
}

function setAt(target: Json, [first = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = isObject(target[first]) ? target[first] : {};
  target[first] = inner;
  setAt(inner, rest, value);
}

function valueFor(wanted: unknown): unknown {
  if (!isObject(wanted)) return wanted;
  const least = typeof wanted["atLeast"] === "number" ? wanted["atLeast"] : undefined;
  const most = typeof wanted["atMost"] === "number" ? wanted["atMost"] : undefined;
  switch (wanted["type"] ?? (least === undefined && most === undefined ? "string" : "number")) {
    case "array":
      return Array.from({ length: Math.ceil(least ?? 0) }, () => ({}));
    case "object":
      return {};
    case "boolean":
      return true;
    case "null":
      return null;
    case "number":
      return least ?? most ?? 1;
    default:
      return "x".repeat(Math.max(1, Math.ceil(least ?? 1)));
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
