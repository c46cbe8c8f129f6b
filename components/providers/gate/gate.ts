import { withCode } from "../../error-code";
import { messageOf, RolloutError } from "../../errors";
import type { Baseline } from "../../probes/latency/judge-endpoints";
import type { ProviderContext } from "../context";
import { requireOpenSchedule } from "../schedule-guard";
import { quietly } from "../tell-failures";
import { EffectFailed, hasUnknown, sameJson, type Verbs } from "../verbs";
import { checkPages, pageTimesIn } from "./check-pages";
import { judgeClosing, type Closing } from "./closing";
import { directionOf, turnedOn } from "./direction";
import { fitEvidence } from "./evidence";
import { findImpossible } from "./impossible";
import {
  baselineOf,
  closingInputs,
  declared,
  NO_BASELINE,
  verified,
  wantsNewBaseline,
  withoutDistribution,
  type GateInputs,
  type GateOutputs,
  type NoBaseline,
} from "./inputs";
import { measureBaseline } from "./measure";
import { beginsMessage, closedMessage, passedMessage } from "./messages";
import { overrideSentence } from "./override";
import { verifyGate } from "./verify";

export type { GateInputs, GateOutputs } from "./inputs";

export function gateVerbs(context: ProviderContext): Verbs<GateInputs, GateOutputs> {
  const { log, team } = context;

  async function verify(inputs: GateInputs, olds?: GateOutputs): Promise<GateOutputs> {
    if (olds === undefined && inputs.phase === "preparation") await team.tell(beginsMessage(inputs));
    const direction = directionOf(olds, inputs);
    const found = await verifyGate(context, inputs, olds, direction);
    const verifiedAt = (await context.now()).toISOString();
    const { stoppedBy, warnedBy, passed, overridden, remarks, ...evidence } = found;
    for (const remark of remarks) log(`gate ${inputs.phase}: ${remark}`);
    const sentences = overridden.map((check) => overrideSentence(inputs.phase, check, inputs.override));
    for (const sentence of sentences) log(sentence);
    for (const { check, summary } of warnedBy) log(`gate ${inputs.phase}: warning, ${check}: ${summary}`);
    const outputs = {
      ...withoutDistribution(inputs),
      version: 1 as const,
      direction,
      verifiedAt,
      ...evidence,
      overridden: overridden.map(({ check }) => check),
    };
    if (!passed) {
      const reasons = stoppedBy.map(({ check, verdict, summary }) => `${check}: ${verdict}: ${summary}`);
      const message = [
        `gate ${inputs.phase} did not pass:`,
        ...reasons.map((reason) => `  ${reason}`),
        `Next: go back to the prior config and run the update again; flags that are declared off are then off and live.`,
        `Where the way forward is the cure, name what need not pass, for a day: override: { ${inputs.phase}: "<date> by <name>, ${stoppedBy[0]?.check ?? "check"}: <reason>" }.`,
      ].join("\n");
      throw new EffectFailed(
        gateIdOf(inputs),
        outputs,
        new RolloutError("GATE_FAILED", message, { phase: inputs.phase }),
      );
    }
    log(`gate ${inputs.phase}: passed, ${found.checks.length} checks`);
    // Verified again with the same deploys, its soak goes on from the first pass; after a failure or another deploy it starts anew.
    const unchanged =
      olds?.status === "succeeded" && olds.state === "open" && sameJson(olds.deploys, inputs.deploys);
    const passedAt = (unchanged ? olds.passedAt : undefined) ?? verifiedAt;
    const outs: GateOutputs = { ...outputs, status: "succeeded", passedAt };
    await team.tell([passedMessage(outs, warnedBy.length), ...sentences].join("\n"));
    return outs;
  }

  async function close(olds: GateOutputs, news: GateInputs): Promise<GateOutputs> {
    const closing = await judgeClosing(context, olds, news);
    if (closing.refusals.length > 0) throw quietly(gateRefused(news, closing));
    // A new baseline that is asked for together with the advance is taken now, before the next phase changes anything.
    const kept = wantsNewBaseline(olds, news) ? await takeBaselineAgain(olds, news) : olds;
    const closedAt = (await context.now()).toISOString();
    log(`gate ${news.phase}: closed`);
    await team.tell(closedMessage(news, olds, closedAt));
    return { ...kept, ...declared(news), status: "succeeded", closedAt, closing: closing.evidence };
  }

  /** Gives a closed gate a new baseline. Everything of the current phase stands behind it, so what cannot be measured must not stop it. */
  async function takeBaselineAgain(olds: GateOutputs, news: GateInputs): Promise<GateOutputs> {
    const taken = await baselineAsFound(news);
    const replaced = taken?.checks.map(({ check }) => check) ?? [];
    const others = olds.checks.filter(({ check }) => !replaced.includes(check));
    const checks = fitEvidence([...others, ...(taken?.checks ?? [])]);
    return { ...olds, ...declared(news), ...taken, checks, status: "succeeded" };
  }

  /** The baseline of the system as it is found; undefined where there is nothing to measure. Says why where none could be taken. */
  async function baselineAsFound(
    inputs: GateInputs,
  ): Promise<Pick<GateOutputs, "checks" | "measured" | "baseline" | "baselineTakenAt"> | undefined> {
    const none = (why: string) => {
      log(`gate ${inputs.phase}: no baseline was taken: ${why}`);
    };
    try {
      const measurement = await measureBaseline(context, inputs);
      if (measurement === undefined) return undefined;
      const { checks, measured, baseline } = measurement;
      if (baseline === undefined) none(checks[0]?.summary ?? "");
      return {
        checks,
        measured,
        ...(baseline === undefined
          ? {}
          : { baseline: await withPages(baseline, inputs), baselineTakenAt: baseline.takenAt }),
      };
    } catch (error) {
      none(messageOf(error));
      return undefined;
    }
  }

  async function withPages(baseline: Baseline, inputs: GateInputs): Promise<Baseline> {
    const pages = pageTimesIn(await checkPages(context, inputs));
    return pages === undefined ? baseline : { ...baseline, pages };
  }

  async function adopt(inputs: GateInputs): Promise<GateOutputs> {
    const at = (await context.now()).toISOString();
    log(`gate ${inputs.phase}: adopted as closed, nothing was verified`);
    const times = { verifiedAt: at, passedAt: at, closedAt: at };
    const found = {
      status: "succeeded" as const,
      ...times,
      checks: [],
      completes: NO_BASELINE as NoBaseline,
    };
    // Said, not left out: Pulumi takes an output that is absent for one that is not known yet, in every preview.
    const outs = { ...inputs, deploys: inputs.deploys ?? {}, version: 1 as const, ...found };
    // The system as it is found has to do: later gates have nothing else to compare with.
    return inputs.phase === "preparation"
      ? { ...outs, baseline: NO_BASELINE, ...(await baselineAsFound(inputs)) }
      : outs;
  }

  return {
    async check(olds, news) {
      const isNew = olds.phase === undefined;
      const skipped = isNew && news.state === "closed" && !news.adopted;
      const failures = skipped ? [{ property: "state", reason: withCode(skippedPhase(news.phase)) }] : [];
      // A gate that exists is never refused so: the way back must not hang on it.
      if (isNew) failures.push(...(await findImpossible(context, news)));
      const keeps = news.state === "closed" && !isNew;
      return { inputs: keeps ? closingInputs(olds, news) : news, failures };
    },

    async diff(_id, olds, news) {
      if (news.state === "closed") {
        if (olds.state === "closed") {
          // An output that a former version left out would be unknown to the open gate in every preview.
          const ofBefore = news.phase !== "preparation" && olds.completes === undefined;
          return { changes: olds.status !== "succeeded" || ofBefore || wantsNewBaseline(olds, news) };
        }
        const closing = await judgeClosing(context, olds, news);
        if (closing.refusals.length > 0) throw gateRefused(news, closing);
        return { changes: true };
      }
      // A flag that is not held back any more is a step forwards within the phase.
      const on = olds.state === "open" ? turnedOn(olds, news) : [];
      if (on.length > 0) await requireOpenSchedule(context, `${news.phase}: turning on ${on.join(", ")}`);
      const changes =
        // A gate that was adopted long ago says of no deploy; that alone verifies nothing anew.
        hasUnknown({ ...news, deploysBefore: {} }) ||
        olds.state !== "open" ||
        olds.status !== "succeeded" ||
        !sameJson(verified(olds), verified(news)) ||
        (news.phase === "preparation" ? wantsNewBaseline(olds, news) : baselineOf(olds) !== baselineOf(news));
      return { changes };
    },

    async create(inputs) {
      const outs = inputs.state === "open" ? await verify(inputs) : await adopt(inputs);
      return { id: gateIdOf(inputs), outs };
    },

    // What a gate found stays true for its time; a failed one stays failed across refresh.
    read: (id, props) => Promise.resolve({ id, props, inputs: declared(props) as GateOutputs }),

    async update(_id, olds, news) {
      if (news.state === "open") return { outs: await verify(news, olds) };
      if (olds.state === "open") return { outs: await close(olds, news) };
      if (wantsNewBaseline(olds, news)) return { outs: await takeBaselineAgain(olds, news) };
      const closedAt = olds.closedAt ?? (await context.now()).toISOString();
      const completes: GateOutputs["completes"] = olds.completes ?? NO_BASELINE;
      return { outs: { ...olds, ...declared(news), status: "succeeded", closedAt, completes } };
    },

    delete: (_id, props) => {
      log(`gate ${props.phase}: its phase is not reached any more; nothing outside changes`);
      return Promise.resolve();
    },
  };
}

/** Why a gate does not close, all reasons at once. */
function gateRefused({ phase }: GateInputs, { refusals, blockers }: Closing): RolloutError {
  const because = [...new Set(blockers.map(({ kind }) => kind))];
  return new RolloutError("GATE_REFUSED", refusals.join("\n"), { phase, because });
}

function skippedPhase(phase: string): RolloutError {
  return new RolloutError(
    "PHASE_SKIPPED",
    `phases cannot be skipped: gate ${phase} was never open. Move \`phase\` on by one at a time, ` +
      `or take over a system that is already part-way with \`adopt: <phase>\`.`,
    { phase },
  );
}

function gateIdOf({ phase }: GateInputs): string {
  return `gate ${phase}`;
}
