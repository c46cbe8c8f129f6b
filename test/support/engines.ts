import { findPulumi } from "../../cli/engine/find-pulumi";
import { chooseEngine, type Engine } from "../../rehearsal/operator/engine";

/** Every engine that this machine has: end-to-end scenarios run on each. Says loudly when it is the embedded one alone. */
export function enginesHere(): Engine[] {
  const embedded = chooseEngine("embedded");
  if (findPulumi() !== undefined) return [embedded, chooseEngine("pulumi")];
  console.warn("SKIPPED: no pulumi on the PATH, so this runs on the embedded engine alone.");
  return [embedded];
}
