import { MINIMUM_REQUESTS } from "../../probes/latency/error-rate";
import type { Baseline } from "../../probes/latency/judge-endpoints";
import { gateOutcome, rollbackRules, tolerateTimes, type CheckResult } from "../../probes/verdict";
import type { ProviderContext } from "../context";
import { checkForeign } from "./check-foreign";
import { pageTimesIn } from "./check-pages";
import { runChecks } from "./checks";
import type { Direction } from "./direction";
import { fitEvidence } from "./evidence";
import { joinBaselines, nothingIsOn, notIn } from "./baseline";
import {
  NO_BASELINE,
  takenBaseline,
  wantsNewBaseline,
  type GateInputs,
  type GateOutputs,
  type Measured,
  type NoBaseline,
} from "./inputs";
import { applyOverride } from "./override";
import { measureAgainst, measureBaseline, measureFirstTime, type Measurement } from "./measure";

export interface Verification {
  checks: CheckResult[];
  stoppedBy: CheckResult[];
  warnedBy: CheckResult[];
  /** Would have stopped it, and a person's word says that they need not. */
  overridden: CheckResult[];
  /** Why an override does nothing. */
  remarks: string[];
  passed: boolean;
  measured?: Record<string, Measured>;
  /** Only the preparation gate takes it. */
  baseline?: Baseline | NoBaseline;
  baselineTakenAt?: string;
  /** Every other gate adds it, where the baseline misses endpoints. */
  completes?: Baseline | NoBaseline;
}

/**
 * Looks at the system: first what one answer tells, then, when nothing of that stops the gate, at series of samples. A
 * service that is down is not asked four hundred times more.
 */
export async function verifyGate(
  context: ProviderContext,
  inputs: GateInputs,
  olds: GateOutputs | undefined,
  direction: Direction,
): Promise<Verification> {
  const rules = direction === "rollback" ? rollbackRules(inputs.rules) : inputs.rules;
  const judged = direction === "rollback" ? tolerateTimes : (checks: CheckResult[]) => checks;
  const moment = { now: await context.now(), timeZone: inputs.timeZone };
  const stops = (found: readonly CheckResult[]) =>
    applyOverride(gateOutcome(found, rules).stoppedBy, inputs.override, moment);
  const begin = { elapsedMs: context.elapsed(), at: moment.now };
  const takes = inputs.phase === "preparation";
  const known = takes && wantsNewBaseline(olds ?? {}, inputs) ? undefined : knownBaseline(inputs, olds);
  const quick = judged(await runChecks(context, inputs, direction, known));
  const ill = stops(quick).stoppedBy.length > 0;
  const measurement = ill ? undefined : await measure(context, inputs, olds, direction);
  // Last, as it is about the time in which all others looked.
  const foreign = await checkForeign(context, inputs, begin);
  const found = [...quick, ...judged(measurement?.checks ?? []), ...foreign];
  const { outcome, warnedBy } = gateOutcome(found, rules);
  const { stoppedBy, overridden, remarks } = stops(found);
  const baseline = takes
    ? withPages(measurement?.baseline, takenBaseline(olds), quick)
    : takenBaseline(inputs);
  return {
    checks: fitEvidence(found),
    stoppedBy,
    warnedBy,
    overridden,
    remarks,
    passed: outcome !== "fail" || (overridden.length > 0 && stoppedBy.length === 0),
    ...(measurement === undefined ? {} : { measured: measurement.measured }),
    ...(takes
      ? { baseline: baseline ?? NO_BASELINE }
      : { completes: joinBaselines([olds?.completes, measurement?.baseline]) }),
    ...(baseline === undefined ? {} : { baselineTakenAt: baseline.takenAt }),
  };
}

/** A baseline that is taken now has the pages' times of now; one that is kept gets those that it lacks. */
function withPages(
  taken: Baseline | undefined,
  kept: Baseline | undefined,
  checks: readonly CheckResult[],
): Baseline | undefined {
  const now = pageTimesIn(checks);
  const baseline = taken ?? kept;
  if (baseline === undefined || now === undefined) return baseline;
  return { ...baseline, pages: taken === undefined ? { ...now, ...kept?.pages } : now };
}

async function measure(
  context: ProviderContext,
  inputs: GateInputs,
  olds: GateOutputs | undefined,
  direction: Direction,
): Promise<Measurement | undefined> {
  const isFirst = inputs.phase === "preparation";
  const kept = knownBaseline(inputs, olds);
  const asked = isFirst && wantsNewBaseline(olds ?? {}, inputs);
  if (direction === "rollback" && !asked) return measureAgainst(context, briefly(inputs), kept);
  // The catalogue may have got endpoints since, and an ill endpoint may have been cured.
  const missing = notIn(kept, inputs);
  if (isFirst && (asked || kept === undefined || missing.length > 0)) return measureBaseline(context, inputs);
  return missing.length > 0 && nothingIsOn(inputs)
    ? measureFirstTime(context, inputs, kept, missing)
    : measureAgainst(context, inputs, kept);
}

/** What there is to compare with: of the gates before, and of this one's own earlier verifications. */
function knownBaseline(inputs: GateInputs, olds: GateOutputs | undefined): Baseline | undefined {
  const parts = inputs.phase === "preparation" ? [olds?.baseline] : [takenBaseline(inputs), olds?.completes];
  return takenBaseline({ baseline: joinBaselines(parts) });
}

/**
 * A way back is judged by errors, and by times not at all: enough requests for a rate of one per cent, at once, so that the update
 * that has switched flags off ends soon.
 */
function briefly(inputs: GateInputs): GateInputs {
  const paths = inputs.services.flatMap(({ endpoints = [] }) => endpoints);
  const batchSamples = Math.ceil(MINIMUM_REQUESTS / Math.max(1, paths.length));
  const { timeoutSeconds = 10 } = inputs.sampling ?? {};
  return {
    ...inputs,
    sampling: { batchSamples, batches: 1, warmUp: 1, spreadSeconds: 0, timeoutSeconds },
  };
}
