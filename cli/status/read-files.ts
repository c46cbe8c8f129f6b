import type { Phase } from "../../components/config";
import { signOff } from "../../components/providers/gate/prerequisites";
import { gateInputs } from "../../components/providers/gate/gate-inputs";
import { scheduleVerdict, type ScheduleVerdict } from "../../components/plan/schedule/schedule-verdict";
import { scheduleBlocker, type Blocker } from "../../components/providers/gate/blocker";
import type { GateInputs, GateOutputs } from "../../components/providers/gate/inputs";
import type { LoadedStack } from "../shared/load-stack";
import type { StatusFacts } from "./facts";
import { asPlanned, earliestStart, phaseAfter, stackIn, timed, whatItBrings } from "./next-phase";

/** What a stack's files alone tell, by this machine's clock. */
export function factsFromFiles(loaded: LoadedStack, now: Date): StatusFacts {
  const { config, plan, stack } = loaded;
  const schedule = config.schedule === undefined ? undefined : scheduleVerdict(config.schedule, now);
  return {
    stack,
    at: now.toISOString(),
    clock: "this machine",
    timeZone: config.timeZone,
    offline: true,
    phase: { declared: config.phase, inState: null, gate: null, since: null, stoppedBy: [], updateDue: null },
    gates: null,
    flags: plan.flags.map(({ key, serviceKey, phase, on, reason, purpose }) => ({
      key,
      purpose,
      since: null,
      by: null,
      service: config.services.find((service) => service.key === serviceKey)?.renderName ?? serviceKey,
      phase,
      declared: reason === "held" ? "held" : on ? "on" : "off",
      inState: null,
      onRender: null,
    })),
    migrations: plan.groups.flatMap(({ migrations, wanted }) =>
      migrations.map(({ id, phase }) => ({ id, phase, wanted, inState: null, inDatabase: null })),
    ),
    schedule: scheduleFacts(schedule),
    signOffs: signOffFacts(loaded, config.phase, now).items,
    next: nextByFiles(loaded, schedule, now),
    drift: null,
    deploys: null,
    links: null,
    notLookedAt: [
      "state: which phase is deployed, whether its gate has passed, what the last update left of the migrations",
      "Render: flags, deploys, how long the phase has soaked, what was changed by hand",
    ],
  };
}

function scheduleFacts(verdict: ScheduleVerdict | undefined): StatusFacts["schedule"] {
  if (verdict === undefined) return null;
  const { open, sentence } = verdict;
  return verdict.open
    ? { open, sentence, until: verdict.until, nextOpening: null }
    : { open, sentence, until: null, nextOpening: verdict.nextOpening ?? null };
}

/**
 * The sign-off sheet of a phase, which is at most the one that the file names.
 * @param gate as stored; without it nobody knows since when the phase is live, and every signature counts.
 */
export function signOffFacts(
  { config, plan }: LoadedStack,
  phase: Phase,
  now: Date,
  gate?: GateOutputs,
): { items: StatusFacts["signOffs"]; missing: string[] } {
  const planned = plan.gates.find((each) => each.phase === phase);
  if (planned === undefined) return { items: [], missing: [] };
  const inputs = gateInputs(config, plan, planned);
  const { missing, signed } = signOff(gate ?? neverVerified(inputs), inputs, now);
  const items = (inputs.items ?? []).map(({ id, purpose }) => ({
    phase,
    id,
    purpose,
    signature: Object.hasOwn(config.acknowledged, id) ? (config.acknowledged[id]?.text ?? null) : null,
    counts: signed.some(({ check }) => check === `acknowledged ${id}`),
  }));
  return { items, missing };
}

function nextByFiles(
  loaded: LoadedStack,
  schedule: ScheduleVerdict | undefined,
  now: Date,
): StatusFacts["next"] {
  const { config, plan } = loaded;
  const phase = phaseAfter(config.phase);
  if (phase === undefined) return null;
  const then = stackIn(loaded, phase);
  const found: (Omit<Blocker, "kind"> & { kind: Blocker["kind"] | "config" })[] = [
    ...("problem" in then ? [{ kind: "config" as const, sentence: then.problem }] : []),
    ...blockersByFiles(loaded, config.phase, schedule, now),
  ];
  const blockers = found.map((blocker) => timed(blocker, now));
  return {
    phase,
    step: "advance",
    brings: whatItBrings("problem" in then ? plan : then.plan, asPlanned(plan)),
    mayStart: blockers.length > 0 ? false : null,
    earliest: earliestStart(blockers, config.schedule, now) ?? null,
    blockers,
    judged: [],
  };
}

/** What of a gate's closing can be told without Render. */
export function blockersByFiles(
  loaded: LoadedStack,
  phase: Phase,
  schedule: ScheduleVerdict | undefined,
  now: Date,
  gate?: GateOutputs,
): Blocker[] {
  const { missing } = signOffFacts(loaded, phase, now, gate);
  return [
    ...(schedule?.open === false ? [scheduleBlocker(phase, schedule)] : []),
    ...missing.map((sentence): Blocker => ({ kind: "sign-off", sentence })),
  ];
}

function neverVerified(inputs: GateInputs): GateOutputs {
  return { ...inputs, version: 1, status: "succeeded", verifiedAt: new Date(0).toISOString(), checks: [] };
}
