import type { MigrationReading } from "../types";
import type { FactState } from "./judge-fact";

/** Pure: all there is applied, none is pending, some is partly; where one cannot be told the others decide nothing. */
export function readingOf(states: readonly FactState[]): MigrationReading {
  if (states.length === 0) return { state: "unknown", because: "nothing is named that would show it" };
  const hidden = states.filter(({ state }) => state === "hidden");
  if (hidden.length > 0) {
    const names = hidden.map(({ text }) => text).join(", ");
    return {
      state: "unknown",
      because: `${names}: hidden by a trial that did not put it back; it has to be put back first`,
    };
  }
  const reasons = states.flatMap((state) => (state.state === "unclear" ? [state.because] : []));
  if (reasons.length > 0) return { state: "unknown", because: [...new Set(reasons)].join("; ") };
  const missing = states.filter(({ state }) => state !== "there").map(({ text }) => text);
  if (missing.length === 0) return { state: "applied" };
  const present = states.flatMap((state) => {
    if (state.state === "there") return [state.text];
    return state.state === "other" ? [state.instead] : [];
  });
  return present.length === 0 ? { state: "pending" } : { state: "partly", present, missing };
}
