import type { GateInputs, GateOutputs } from "./inputs";

export type Direction = "advance" | "rollback";

/**
 * Whether a verification looks at a step forwards or back, by what the gate verified before: a gate that is opened again
 * after it was closed stands behind later ones, so the rollout came back to it; flags that went off, and none on, are a
 * partial rollback. A retry looks at the step that it repeats. An unclear answer stops an advance, never a rollback.
 */
export function directionOf(olds: GateOutputs | undefined, news: GateInputs): Direction {
  if (olds === undefined) return "advance";
  if (olds.state === "closed") return "rollback";
  if (turnedOn(olds, news).length > 0) return "advance";
  if (flips(olds, news, "false").length > 0) return "rollback";
  return olds.direction ?? "advance";
}

/** Flags that are declared on and were not when the gate looked last. */
export function turnedOn(olds: GateInputs, news: GateInputs): string[] {
  return flips(olds, news, "true");
}

function flips(olds: GateInputs, news: GateInputs, value: "true" | "false"): string[] {
  return news.services.flatMap(({ renderName, flags }) => {
    const before = olds.services.find((other) => other.renderName === renderName)?.flags ?? {};
    return Object.keys(flags).filter((key) => flags[key] === value && (before[key] ?? "false") !== value);
  });
}
