import type { CheckRecord, Figures, GateRecord, RolloutRecord } from "../../log/record";

/** One time that a gate looked at the system. */
export interface Verification {
  phase: string;
  /** The phase, and a number where it was verified more than once. */
  label: string;
  at: string;
  passed: boolean;
  checks: CheckRecord[];
  measured: Record<string, Figures>;
  /** It is the one that took the baseline. */
  isBaseline: boolean;
}

/** Every verification that evidence was kept of, oldest first. A gate that an update left as it was counts once. */
export function verificationsOf(record: RolloutRecord): Verification[] {
  const gates = [...record.updates.flatMap(({ left }) => gatesOf(left?.gates)), ...gatesOf(record.now.gates)];
  const seen = new Set<string>();
  const times = new Map<string, number>();
  return gates
    .filter(({ phase, verifiedAt }) => {
      const key = `${phase} ${verifiedAt}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .sort((a, b) => Date.parse(a.verifiedAt) - Date.parse(b.verifiedAt))
    .map((gate) => {
      const time = (times.get(gate.phase) ?? 0) + 1;
      times.set(gate.phase, time);
      return {
        phase: gate.phase,
        label: time === 1 ? gate.phase : `${gate.phase} (${time})`,
        at: gate.verifiedAt,
        passed: gate.passed,
        checks: gate.checks,
        measured: gate.measured,
        isBaseline: takesBaseline(gate),
      };
    });
}

type Verified = GateRecord & { verifiedAt: string };

function gatesOf(gates: Record<string, GateRecord> | undefined): Verified[] {
  return Object.values(gates ?? {}).filter((gate): gate is Verified => gate.verifiedAt !== null);
}

/** A gate that takes the baseline measures nothing beside it. */
function takesBaseline({ baseline, measured }: GateRecord): boolean {
  const taken = Object.entries(baseline ?? {});
  return (
    taken.length > 0 &&
    taken.every(([endpoint, { n, p50, p95 }]) => {
      const own = measured[endpoint];
      return own?.n === n && own.p50 === p50 && own.p95 === p95;
    })
  );
}

/** The newest baseline that was kept, with what later gates added to it, by endpoint; empty where there is none. */
export function baselineOf(record: RolloutRecord): Record<string, Figures> {
  const all = [record.now, ...record.updates.map(({ left }) => left).reverse()];
  for (const snapshot of all) {
    const { preparation, ...others } = snapshot?.gates ?? {};
    const added = Object.values(others).map(({ baseline }) => baseline ?? {});
    const baseline = Object.assign({}, ...added, preparation?.baseline) as Record<string, Figures>;
    if (Object.keys(baseline).length > 0) return baseline;
  }
  return {};
}

/** The newest verification that measured something and did not take the baseline. */
export function afterOf(verifications: readonly Verification[]): Verification | undefined {
  return verifications.findLast(
    ({ isBaseline, measured }) => !isBaseline && Object.keys(measured).length > 0,
  );
}

/** What verifications found of one check, oldest first. @param matches the check's id, or how it begins. */
export function checksNamed(
  verifications: readonly Verification[],
  matches: string,
): { verification: Verification; check: CheckRecord }[] {
  return verifications.flatMap((verification) =>
    verification.checks
      .filter(({ check }) => check === matches || check.startsWith(`${matches} `))
      .map((check) => ({ verification, check })),
  );
}
