import type { EngineEvent } from "@pulumi/pulumi/automation";

import { leftFlags, leftLine } from "../../components/providers/deploy/left-flags";
import { readLine } from "../../components/told-lines";
import { linesOf } from "../engine/event-texts";
import { renderNameIn, type Standing } from "../shared/standing";

/** One thing that is not as the last update left it. */
export interface Drift {
  kind: "flag" | "left-flag" | "migration" | "deploy" | "autodeploy";
  /** Flag, migration or service. */
  name: string;
  /** What was found, in a sentence. */
  found: string;
}

/** What Render says of a service, as far as drift goes. */
export interface SeenService {
  service: string;
  liveDeploy?: { id: string; trigger: string; createdAt: string };
  /** Keys of the flags that the catalogue has for it now. */
  declared?: readonly string[];
  values?: ReadonlyMap<string, string>;
  autoDeploys: boolean;
}

/** Flags and migrations that a refresh found otherwise than state has them. */
export function refreshDrift(events: readonly EngineEvent[]): Drift[] {
  const found = events.flatMap(({ resOutputsEvent: event }) => {
    if (event === undefined || event.metadata.op !== "update") return [];
    const { type, urn, old, new: news } = event.metadata;
    const name = urn.split("::").at(-1) ?? urn;
    const kind = type.split(":").at(-1);
    const pair = { before: outputsOf(old), after: outputsOf(news) };
    if (kind === "FeatureFlag") return refreshedFlag(name, pair);
    return kind === "Migrations" ? migrationDrift(pair) : [];
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a refresh could not look at, a sentence each: state keeps its word there, which is no evidence. */
export function notLookedAt(events: readonly EngineEvent[]): string[] {
  return [...new Set(linesOf(events, "info", "info#err"))].flatMap((text) => {
    const line = readLine(text);
    return line?.kind === "not-told"
      ? [
          `whether ${line.ids.join(", ")} ${line.ids.length === 1 ? "is" : "are"} in the database: ${line.because}`,
        ]
      : [];
  });
}

/** A flag that Render has otherwise than the last update left it. @param is "other" for what is no truth value: it is not shown. */
export function flagDrift(name: string, service: string, { was, is }: { was: string; is: string }): Drift {
  const shown = is === "other" ? 'neither "true" nor "false"' : `"${is}"`;
  return { kind: "flag", name, found: `${shown} on Render (${service}), last set to "${was}"` };
}

/** Deploys that are not the last update's, and services that deploy by themselves. */
export function serviceDrift(seen: readonly SeenService[], { deploys }: Standing): Drift[] {
  return seen.flatMap(({ service, liveDeploy, autoDeploys, declared = [], values = new Map() }) => {
    const ours = deploys.get(service);
    const expects = Object.fromEntries(declared.map((key) => [key, ""]));
    const left = leftFlags({ managed: ours?.managed ?? {}, expects, values });
    const drift: Drift[] = left.map((flag) => ({
      kind: "left-flag",
      name: flag.key,
      found: leftLine(service, flag),
    }));
    if (
      liveDeploy !== undefined &&
      ours?.succeeded === true &&
      ![ours.deployId, ours.supersededBy].includes(liveDeploy.id)
    ) {
      const { id, trigger, createdAt } = liveDeploy;
      drift.push({
        kind: "deploy",
        name: service,
        found: `${id} is live (${trigger}, ${createdAt}), not ours (${ours.deployId})`,
      });
    }
    if (autoDeploys) {
      drift.push({
        kind: "autodeploy",
        name: service,
        found: "deploys by itself on each push: code can change without a review of the rollout",
      });
    }
    return drift;
  });
}

interface Pair {
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

function refreshedFlag(name: string, { before, after }: Pair): Drift[] {
  const [was = "", is = ""] = [before["value"], after["value"]].map(String);
  return was === is ? [] : [flagDrift(name, renderNameIn(after), { was, is })];
}

function migrationDrift({ before, after }: Pair): Drift[] {
  const [was, is] = [before["applied"], after["applied"]].map((value) =>
    Array.isArray(value) ? value.map(String) : [],
  );
  const gone = (was ?? []).filter((id) => !(is ?? []).includes(id));
  const come = (is ?? []).filter((id) => !(was ?? []).includes(id));
  return [
    ...gone.map(
      (name) =>
        ({
          kind: "migration",
          name,
          found: "not applied any more, and not rolled back by an update",
        }) as const,
    ),
    ...come.map((name) => ({ kind: "migration", name, found: "applied, and not by an update" }) as const),
  ];
}

function outputsOf(state: { outputs?: unknown } | null | undefined): Record<string, unknown> {
  return (state?.outputs ?? {}) as Record<string, unknown>;
}
