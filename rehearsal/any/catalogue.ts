import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

type Json = Record<string, unknown>;

/** What a rehearsal needs of another project's catalogue to make a world of it. Read leniently: the program itself judges it. */
export interface Catalogue {
  name: string;
  phases: string[];
  services: Record<string, CatalogueService>;
  flags: Record<string, { service: string; phase: string }>;
  migrations: Record<string, { phase: string; shows?: Json[] }>;
  /** Minutes, by phase. */
  soak: Record<string, number>;
  smoke: { service: string; path: string; json: Json }[];
  /** What has to be signed off, by phase. */
  prerequisites: Record<string, string[]>;
}

export interface CatalogueService {
  kind: string;
  healthPath: string;
  healthAnswer: Json;
  report?: { path: string; at?: string; names: Record<string, string> };
  endpoints: string[];
}

const PHASES = ["preparation", "migrations", "api", "ui", "notifications", "smoke", "monitoring", "complete"];
const MINUTES = { second: 1 / 60, minute: 1, hour: 60, day: 24 * 60 };

/** @throws where the folder has no Pulumi.yaml, or that names no services. */
export function readCatalogue(directory: string): Catalogue {
  const file = parse(readFileSync(join(directory, "Pulumi.yaml"), "utf8")) as {
    name?: unknown;
    config?: Json;
  };
  const config = Object.fromEntries(
    Object.entries(file.config ?? {}).map(([key, entry]) => [key.split(":").at(-1) ?? key, valueOf(entry)]),
  );
  const services = Object.entries(objects(config["services"])).map(
    ([name, service]) => [name, serviceOf(service)] as const,
  );
  if (services.length === 0) throw new Error(`${join(directory, "Pulumi.yaml")} names no services`);
  const entries = objects(config["prerequisites"]);
  const prerequisites: Record<string, string[]> = {};
  for (const [name, { phase }] of Object.entries(entries)) (prerequisites[String(phase)] ??= []).push(name);
  return {
    name: String(file.name),
    phases: phasesOf(config["phases"]),
    services: Object.fromEntries(services),
    flags: objects(config["flags"]) as Catalogue["flags"],
    migrations: objects(config["migrations"]) as Catalogue["migrations"],
    soak: Object.fromEntries(
      Object.entries((config["soak"] ?? {}) as Json).map(([phase, text]) => [phase, minutesOf(String(text))]),
    ),
    smoke: Object.values(objects(config["smoke"])).map(({ service, path, json }) => ({
      service: String(service),
      path: String(path),
      json: (json ?? {}) as Json,
    })),
    prerequisites,
  };
}

function serviceOf(entry: Json): CatalogueService {
  const health = (entry["health"] ?? {}) as Json;
  const report = reportOf(entry["reports"] ?? entry["flagsPath"]);
  return {
    kind: String(entry["kind"]),
    healthPath: [entry["healthPath"], health["path"]].find((path) => typeof path === "string") ?? "/",
    healthAnswer: (health["expect"] ?? {}) as Json,
    ...(report !== undefined && { report }),
    endpoints: ((entry["endpoints"] ?? []) as unknown[]).map((one) =>
      typeof one === "string" ? one : String((one as Json)["path"]),
    ),
  };
}

function reportOf(written: unknown): CatalogueService["report"] {
  if (typeof written === "string" && written.startsWith("/")) return { path: written, names: {} };
  const { path, at, names } = (typeof written === "object" ? (written ?? {}) : {}) as Json;
  if (typeof path !== "string") return undefined;
  return {
    path,
    names: (names ?? {}) as Record<string, string>,
    ...(typeof at === "string" && { at }),
  };
}

function phasesOf(written: unknown): string[] {
  if (Array.isArray(written))
    return written.map((one) => (typeof one === "string" ? one : String((one as Json)["name"])));
  return PHASES;
}

function objects(value: unknown): Record<string, Json> {
  return typeof value === "object" && value !== null ? (value as Record<string, Json>) : {};
}

function valueOf(entry: unknown): unknown {
  return typeof entry === "object" && entry !== null && "value" in entry ? entry.value : entry;
}

function minutesOf(text: string): number {
  const [, amount = "0", unit = "minute"] = /^([\d.]+)\s*(second|minute|hour|day)/.exec(text) ?? [];
  return Number(amount) * MINUTES[unit as keyof typeof MINUTES];
}
