import { PHASES, phaseIndex, type Phase } from "../../components/config";
import { gateInputs } from "../../components/providers/gate/gate-inputs";
import type { GateOutputs } from "../../components/providers/gate/inputs";
import { verified } from "../../components/providers/gate/inputs";
import { sameJson } from "../../components/providers/verbs";
import type { LoadedStack } from "../shared/load-stack";
import type { Standing, StoredGate } from "../shared/standing";

/**
 * What the rollout does next.
 * - `first`: nothing is deployed yet.
 * - `advance`: closes the gate of `from`.
 * - `resume`: that gate is closed, and the update behind it has not come to its end.
 * - `back`: the file names an earlier phase; no gate refuses that.
 */
export type Step =
  { kind: Exclude<StepKind, "advance">; to: Phase } | { kind: "advance"; from: Phase; to: Phase };

export type StepKind = "first" | "advance" | "resume" | "back";

/** The furthest phase that has a gate. */
export function furthestGate({ gates }: Standing): { phase: Phase; gate: StoredGate } | undefined {
  const phase = PHASES.findLast((each) => gates.has(each));
  const gate = phase === undefined ? undefined : gates.get(phase);
  return phase === undefined || gate === undefined ? undefined : { phase, gate };
}

/** What comes next, by what the file declares and what state has; undefined when the rollout is complete. */
export function findStep(declared: Phase, standing: Standing): Step | undefined {
  const furthest = furthestGate(standing);
  if (furthest === undefined) return { kind: "first", to: declared };
  const { phase: from, gate } = furthest;
  const ahead = phaseIndex(declared) - phaseIndex(from);
  if (ahead < 0 || (ahead === 0 && gate.state === "closed")) return { kind: "back", to: declared };
  if (ahead > 0)
    return gate.state === "closed"
      ? { kind: "resume", to: declared }
      : { kind: "advance", from, to: declared };
  const to = PHASES[phaseIndex(declared) + 1];
  return to === undefined ? undefined : { kind: "advance", from, to };
}

/**
 * Why what state has is not what the files declare, a sentence each; empty: an update would change nothing. A gate that
 * failed is told apart from this.
 * @param gate outputs of the gate of the declared phase, as stored.
 */
export function whyUpdateIsDue(
  { config, plan, file }: LoadedStack,
  standing: Standing,
  gate: Record<string, unknown> | undefined,
): string[] {
  const furthest = furthestGate(standing);
  if (furthest === undefined) return [];
  const deploys = [...standing.deploys].flatMap(([service, { succeeded }]) =>
    succeeded ? [] : [`the last deploy of ${service} did not come to its end`],
  );
  if (furthest.phase !== config.phase || furthest.gate.state === "closed") {
    const has =
      furthest.gate.state === "closed" ? `only the closed gate of ${furthest.phase}` : furthest.phase;
    return [`${file} says ${config.phase}, state has ${has}`, ...deploys];
  }
  const flags = plan.flags.flatMap(({ key, value }) => {
    const stored = standing.flags.get(key);
    if (stored?.value === value)
      return stored.succeeded ? [] : [`whether the last write of ${key} reached Render is not known`];
    const last = stored === undefined ? "never set" : `last set to "${stored.value}"`;
    return [`${key} is declared "${value}" and was ${last}`];
  });
  const missing = plan.groups.flatMap(({ target }) => target).filter((id) => !standing.applied.includes(id));
  const found = [...flags, ...missing.map((id) => `${id} is declared and was not applied`), ...deploys];
  if (found.length > 0 || !asksOtherwise({ config, plan }, gate)) return found;
  return [`the gate of ${config.phase} is declared otherwise than it was verified`];
}

/** Whether an open gate would verify again: this is the comparison by which it decides. */
function asksOtherwise(
  { config, plan }: Pick<LoadedStack, "config" | "plan">,
  stored: object | undefined,
): boolean {
  const planned = plan.gates.find(({ phase }) => phase === config.phase);
  if (planned === undefined || stored === undefined || !("services" in stored)) return false;
  const olds = stored as GateOutputs;
  const { deploys = {}, schema = {} } = olds;
  return !sameJson(verified(olds), verified({ ...gateInputs(config, plan, planned), deploys, schema }));
}
