import type { CheckResult } from "../probes/verdict";
import type { Deploy } from "../render/client";
import { liveDeploy } from "../render/deploy-status";
import { onRenderWords, rolledBackWords } from "../told-lines";

/** What is known of a service that cannot say with which flags it runs. */
export interface EvidenceFacts {
  service: string;
  /** Why it cannot report, by config. */
  reason: string;
  declared: Readonly<Record<string, string>>;
  /** On Render, by key. */
  values: ReadonlyMap<string, string>;
  /** By key, of the environment groups linked to it; undefined: they could not be read. */
  groupValues: ReadonlyMap<string, string> | undefined;
  /** By key: what an absent variable means. */
  unset?: Readonly<Record<string, "on" | "off" | "unknown">>;
  /** Newest first. */
  deploys: readonly Deploy[];
  /** The deploy that followed our last write, or that was live when nothing had to be written; undefined where state is not known. */
  deployId: string | undefined;
}

/**
 * The evidence for a service that cannot report its flags: the values on Render, and a live deploy that is newer than the last write.
 * It says in these words what it rests on, since it is less than the service's own word.
 */
export function judgeByRender(facts: EvidenceFacts): Pick<CheckResult, "verdict" | "summary"> {
  const { service, reason, declared, groupValues, deploys, deployId } = facts;
  // A service's own variable goes before a group's.
  const values = new Map([...(groupValues ?? []), ...facts.values]);
  const cannot = `${service} cannot report its flags (${reason})`;
  const different = Object.entries(declared).flatMap(([key, wanted]) => {
    const value = valueOf(values, key, facts.unset?.[key]);
    const shown = !values.has(key)
      ? "absent"
      : value === "true" || value === "false"
        ? `"${value}"`
        : "something else";
    return value === wanted ? [] : [onRenderWords({ key, onRender: shown, declared: wanted })];
  });
  if (different.length > 0) return { verdict: "fail", summary: `${cannot}: ${different.join("; ")}` };
  const absent = Object.keys(declared).filter((key) => !values.has(key));
  if (groupValues === undefined && absent.length > 0) {
    const words = `${cannot}, and whether an environment group sets ${absent.join(", ")} could not be seen`;
    return { verdict: "could-not-measure", summary: words };
  }
  const live = liveDeploy(deploys);
  const summary = (words: string) => `${cannot}, so this rests on Render alone: ${words}`;
  if (live === undefined)
    return { verdict: "fail", summary: summary("its values are as declared, and no deploy of it is live") };
  if (live.trigger === "rollback" && live.id !== deployId) {
    const words = `the live deploy ${rolledBackWords({ deployId: live.id })}`;
    return { verdict: "fail", summary: summary(words) };
  }
  if (deployId === undefined) {
    const words = `its values are as declared; whether the live deploy ${live.id} is newer than the last write is not known, as state was not read`;
    return { verdict: "could-not-measure", summary: summary(words) };
  }
  const ours = deploys.find(({ id }) => id === deployId);
  const newer =
    live.id === deployId || ours === undefined || Date.parse(live.createdAt) > Date.parse(ours.createdAt);
  return newer
    ? {
        verdict: "pass",
        summary: summary(
          `its values are as declared, and the live deploy ${live.id} is newer than the last write`,
        ),
      }
    : {
        verdict: "fail",
        summary: summary(
          `the live deploy ${live.id} is older than the last write (deploy ${deployId} followed it)`,
        ),
      };
}

function valueOf(
  values: ReadonlyMap<string, string>,
  key: string,
  unset: "on" | "off" | "unknown" | undefined,
): string | undefined {
  const value = values.get(key);
  if (value !== undefined) return value;
  return unset === "on" ? "true" : unset === "unknown" ? undefined : "false";
}
