import type { Phase } from "../../components/config";
import { gateInputs } from "../../components/providers/gate/gate-inputs";
import { scheduleVerdict } from "../../components/plan/schedule/schedule-verdict";
import type { ProviderContext } from "../../components/providers/context";
import { scheduleBlocker } from "../../components/providers/gate/blocker";
import { judgeClosing, type Closing } from "../../components/providers/gate/closing";
import { closingInputs, type GateOutputs } from "../../components/providers/gate/inputs";
import type { StoredResource } from "../engine/port";
import type { LoadedStack } from "../shared/load-stack";
import type { ShownMigrations } from "../shared/shown-migrations";
import type { Standing } from "../shared/standing";
import { attempt } from "../shared/attempt";
import type { BlockerFacts, NextFacts } from "./facts";
import type { Step } from "./find-step";
import { asPlanned, earliestStart, stackIn, timed, whatItBrings } from "./next-phase";
import { blockersByFiles } from "./read-files";

export interface Given {
  loaded: LoadedStack;
  standing: Standing;
  /** What the database shows of the migrations. */
  shown: ShownMigrations;
  step: Step;
  /** Gates as state has them, by phase. */
  gates: ReadonlyMap<string, StoredResource>;
  /** Why an update is due before anything else. */
  updateDue: readonly string[];
  at: Date;
  /** Undefined where Render cannot be asked. */
  context: ProviderContext | undefined;
}

type Reason = Omit<BlockerFacts, "until" | "remainingSeconds"> & { until?: string };

/** The next step: what it brings, and what blocks it for how long. A gate's closing is judged by the gate's own rules. */
export async function readNext(given: Given, notes: string[]): Promise<NextFacts> {
  const { loaded, standing, shown, step, at } = given;
  const then = stackIn(loaded, step.to);
  const isBeyondFile = step.to !== loaded.config.phase;
  const stored = asItStands(standing, shown);
  // What is kept is there already, though it is not declared.
  const before = isBeyondFile ? { ...asPlanned(loaded.plan), isApplied: stored.isApplied } : stored;
  const brings = whatItBrings("problem" in then ? loaded.plan : then.plan, before);
  const { reasons, known, judged } =
    step.kind === "advance"
      ? await advanceReasons(given, step.from, then, notes)
      : { reasons: step.kind === "resume" ? resumeReasons(given, brings) : [], known: true, judged: [] };
  const blockers = reasons.map((reason) => timed(reason, at));
  return {
    phase: step.to,
    step: step.kind,
    brings,
    mayStart: blockers.length > 0 ? false : known ? true : null,
    earliest: earliestStart(blockers, loaded.config.schedule, at) ?? null,
    blockers,
    judged: judged.map(({ check, verdict, summary, probe }) => ({ check, verdict, summary, probe })),
  };
}

interface Reasons {
  reasons: Reason[];
  /** Whether that is all. */
  known: boolean;
  judged: Closing["evidence"];
}

async function advanceReasons(
  given: Given,
  from: Phase,
  then: LoadedStack | { problem: string },
  notes: string[],
): Promise<Reasons> {
  const { loaded, standing, gates, at, updateDue, context } = given;
  const stored = gates.get(from);
  const gate = stored?.outputs as GateOutputs | undefined;
  const due: Reason[] =
    updateDue.length > 0 && from === loaded.config.phase
      ? [
          {
            kind: "update",
            sentence: `${from}: an update of it is due first; a deploy in it starts the soak again`,
          },
        ]
      : [];
  const config: Reason[] = "problem" in then ? [{ kind: "config", sentence: then.problem }] : [];
  const closing =
    context === undefined || stored === undefined || "problem" in then
      ? undefined
      : await attempt(
          () => judge(context, stored, from, then),
          `whether the gate of ${from} may close could not be judged`,
          notes,
        );
  if (closing !== undefined) {
    return { reasons: [...due, ...closing.blockers], known: true, judged: closing.evidence };
  }
  const passed = standing.gates.get(from)?.passed === true;
  const failed: Reason[] = passed ? [] : [{ kind: "gate", sentence: `${from}: its gate has not passed` }];
  const { schedule } = loaded.config;
  const verdict = schedule === undefined ? undefined : scheduleVerdict(schedule, at);
  const byFiles = blockersByFiles(loaded, from, verdict, at, gate);
  return { reasons: [...due, ...config, ...failed, ...byFiles], known: false, judged: [] };
}

/** Whether a gate may close, judged by the provider's own rules, as in a preview of the next phase. */
function judge(
  context: ProviderContext,
  { inputs, outputs }: StoredResource,
  from: Phase,
  { config, plan }: LoadedStack,
): Promise<Closing> {
  const planned = plan.gates.find(({ phase }) => phase === from);
  if (planned === undefined) throw new Error(`the plan of ${config.phase} has no gate ${from}`);
  const news = closingInputs(inputs, gateInputs(config, plan, planned));
  return judgeClosing(context, outputs as unknown as GateOutputs, news);
}

/** No gate closes any more, but flags and migrations ask for an open schedule, too. */
function resumeReasons({ loaded, step, at }: Given, { flagsOn, migrations }: NextFacts["brings"]): Reason[] {
  const { schedule } = loaded.config;
  if (schedule === undefined || flagsOn.length + migrations.length === 0) return [];
  const verdict = scheduleVerdict(schedule, at);
  return verdict.open ? [] : [scheduleBlocker(step.to, verdict)];
}

/** The last update's word of a migration counts only where the database did not tell. */
function asItStands(
  { flags, applied }: Standing,
  { readings }: ShownMigrations,
): Parameters<typeof whatItBrings>[1] {
  return {
    isOn: (key) => flags.get(key)?.value === "true",
    isApplied: (id) => {
      const { state } = readings[id] ?? { state: "unknown" };
      return state === "unknown" ? applied.includes(id) : state === "applied";
    },
  };
}
