import { formatMinutes, soakRemaining, soakSentence, type Soak } from "../../plan/closing";
import type { ScheduleVerdict } from "../../plan/schedule/schedule-verdict";
import { gateOutcome, type CheckResult } from "../../probes/verdict";
import { classifyDeployStatus, liveDeploy } from "../../render/deploy-status";
import type { ProviderContext } from "../context";
import { fitEvidence } from "./evidence";
import { checkForeign } from "./check-foreign";
import { checkWatched } from "./check-watched";
import type { GateInputs, GateOutputs } from "./inputs";
import { applyOverride } from "./override";
import { scheduleBlocker, type Blocker } from "./blocker";
import { checkDatabases, signOff } from "./prerequisites";
import { judgeSoak } from "./soak-window";
import { checkId } from "../../probes/check-id";

/** May a gate close? `refusals` says why not, a sentence each; empty when it may. `evidence` is what that rests on. */
export interface Closing {
  refusals: string[];
  /** The refusals, each with its kind. */
  blockers: Blocker[];
  evidence: CheckResult[];
}

/** A closing's evidence shares the 20 kB with what the gate verified. */
const MOST_EVIDENCE = 5_000;

/**
 * Whether a gate may close. Closing is what advancing means, so this is asked in preview already and once more in the
 * update; a rollback never asks it. It is quick: nothing here waits, and metrics are read only when all else is well.
 */
export async function judgeClosing(
  context: ProviderContext,
  olds: GateOutputs,
  news: GateInputs,
): Promise<Closing> {
  if (olds.status !== "succeeded" || olds.passedAt === undefined) {
    const sentence =
      `${news.phase}: its gate has not passed, so the rollout cannot advance. ` +
      `Run the update with \`phase: ${news.phase}\` until the gate passes, or go back.`;
    return closing([{ kind: "gate", sentence }], []);
  }
  const now = await context.now();
  const [soak, schedule, databases] = await Promise.all([
    readSoak(context, olds, news),
    context.schedule(),
    checkDatabases(context, news),
  ]);
  const { missing, signed } = signOff(olds, news, now);
  const blockers = [
    ...(isOverridden("soak", news, now) ? [] : soak.blockers),
    ...(schedule?.open === false ? [scheduleBlocker(news.phase, schedule)] : []),
    ...missing.map((sentence): Blocker => ({ kind: "sign-off", sentence })),
    ...blockersOf(databases, news, now),
  ];
  const window =
    blockers.length > 0 || soak.began === undefined ? [] : await judgeSoak(context, news, soak.began);
  const since = soak.began ?? new Date(olds.passedAt);
  const watched = checkWatched(context.watched?.(news.stack, since), { since, now, timeZone: news.timeZone });
  // What was verified are these deploys, however long ago that was.
  const verifiedAt = { elapsedMs: context.elapsed(), at: new Date(olds.verifiedAt) };
  const was = { ...news, ...(olds.deploys === undefined ? {} : { deploys: olds.deploys }) };
  const foreign = blockers.length > 0 ? [] : await checkForeign(context, was, verifiedAt);
  const evidence = fitEvidence(
    [
      ...soak.evidence,
      ...scheduleEvidence(schedule, now),
      ...foreign,
      ...watched,
      ...window,
      ...databases,
      ...signed,
    ],
    MOST_EVIDENCE,
  );
  return closing([...blockers, ...blockersOf(window, news, now)], evidence);
}

/** A soak is no check with an answer of its own: it is named by what it is. */
function isOverridden(name: string, { override, timeZone }: GateInputs, now: Date): boolean {
  const soak: CheckResult = { check: name, verdict: "fail", summary: "", probe: "", at: now.toISOString() };
  return applyOverride([soak], override, { now, timeZone }).overridden.length > 0;
}

function closing(blockers: Blocker[], evidence: CheckResult[]): Closing {
  return { refusals: blockers.map(({ sentence }) => sentence), blockers, evidence };
}

function blockersOf(
  checks: readonly CheckResult[],
  { phase, rules, override, timeZone, stack = "<stack>" }: GateInputs,
  now: Date,
): Blocker[] {
  const { stoppedBy } = applyOverride(gateOutcome(checks, rules).stoppedBy, override, { now, timeZone });
  return stoppedBy.map(({ check, verdict, summary }) => {
    const hint =
      verdict === "no-data" || verdict === "inconclusive"
        ? ` Traffic brings an answer: leave \`npm run verify -- --stack ${stack} --watch\` running, or set gates.${verdict === "no-data" ? "noData" : verdict}: warn.`
        : "";
    return { kind: "check", sentence: `${phase}: ${check}: ${verdict}: ${summary}${hint}` };
  });
}

/** An override is named with its giver and its reason. */
function scheduleEvidence(schedule: ScheduleVerdict | undefined, now: Date): CheckResult[] {
  if (schedule?.open !== true) return [];
  const base = {
    check: checkId("schedule"),
    probe: "the stack's schedule, on Render's clock",
    at: now.toISOString(),
  };
  return [{ ...base, verdict: "pass", summary: schedule.sentence }];
}

interface SoakReading {
  blockers: Blocker[];
  evidence: CheckResult[];
  /** When the soak began; undefined where none is asked for. */
  began?: Date;
}

/** Soak is counted from the later of the gate's pass and the services' last live deploys: a redeploy restarts it. */
async function readSoak(context: ProviderContext, olds: GateOutputs, news: GateInputs): Promise<SoakReading> {
  const perService = await Promise.all(
    news.services.map(async (ref) => {
      const service = await context.observed.service(ref);
      const deploys = await context.observed.deploys(service.id);
      const live = liveDeploy(deploys);
      const running = deploys.find(({ status }) => classifyDeployStatus(status) === "running");
      return { name: service.name, liveAt: live?.finishedAt ?? live?.createdAt, running };
    }),
  );
  const running = perService.flatMap(({ name, running: deploy }): Blocker[] => {
    if (deploy === undefined) return [];
    const sentence = `${news.phase}: deploy ${deploy.id} is running on ${name}; the soak starts again when it is live`;
    return [{ kind: "deploy", sentence }];
  });
  if (running.length > 0) return { blockers: running, evidence: [] };
  const liveTimes = perService.flatMap(({ liveAt }) => (liveAt === undefined ? [] : [liveAt]));
  const latest = liveTimes.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  const soak = soakRemaining({
    passedAt: olds.passedAt ?? olds.verifiedAt,
    lastLiveDeployAt: latest,
    soakMs: news.soakSeconds * 1000,
    now: await context.now(),
  });
  if (soak.remainingMs > 0) {
    const sentence = soakSentence(news.phase, soak, news.timeZone);
    return { blockers: [{ kind: "soak", sentence, until: soak.mayCloseAt.toISOString() }], evidence: [] };
  }
  if (news.soakSeconds === 0) return { blockers: [], evidence: [] };
  return {
    blockers: [],
    evidence: [soaked(soak, news)],
    began: new Date(soak.now.getTime() - soak.soakedMs),
  };
}

function soaked(soak: Soak, news: GateInputs): CheckResult {
  return {
    check: checkId("soak"),
    verdict: "pass",
    summary: soakSentence(news.phase, soak, news.timeZone),
    observed: formatMinutes(soak.soakedMs),
    threshold: formatMinutes(soak.soakMs),
    probe: "the gate's pass and the services' last live deploys, on Render's clock",
    at: soak.now.toISOString(),
  };
}
