import type { Expectation, FlagReport, Reports } from "../../config/types";
import type { RunningFlags } from "../../probes/flag-report";
import { flagDifferences } from "../../probes/running-flags";
import type { Deploy, Service } from "../../render/client";
import { addressOf } from "../address";
import { writeLine, type ToldLine } from "../../told-lines";
import type { ProviderContext } from "../context";
import { ADOPTED, writtenAtOf } from "../revision";
import { EffectFailed, hasUnknown, type Props, type Verbs } from "../verbs";
import { AWAKE_MS, patienceFor } from "../wake";
import { leftFlags, leftLine, rememberFlags } from "./left-flags";
import { runDeploy, type DeployRun } from "./run-deploy";
import { NOT_COMPARED, readServedBytes, sameBytesSentence, type Served } from "./served-bytes";
import { whatShips } from "./what-ships";
import { NOT_WATCHED } from "./zero-downtime";
import { liveDeploy } from "../../render/deploy-status";

/** Brings the flags of one Render service into what runs: one deploy for each update that wrote any of them. */
export interface DeployInputs {
  renderName: string;
  serviceId?: string;
  /** Public address; Render's own where config gives none. */
  url?: string;
  healthPath: string;
  healthExpect?: Record<string, Expectation>;
  /** How the service reports the flags it runs with; absent where config says nothing. */
  reports?: Reports;
  /** By key: the values that must run. */
  expects: Record<string, string>;
  /** Keys whose values are built into the code. */
  buildTime?: string[];
  /** By key: the flags' revisions. A new revision is what triggers a deploy, not the value. */
  revisions: Record<string, string>;
  timeoutSeconds: number;
}

export interface DeployOutputs extends DeployInputs, Partial<DeployRun> {
  version: 1;
  status: "succeeded" | "failed";
  /** The deploy that brought the current revisions into what runs; the one found live while nothing was written. */
  deployId: string;
  liveAt: string;
  /** By key: every flag that this service ever had here, with the value declared last. */
  managed?: Record<string, string>;
  /** Whether the flip changed what a static site serves. */
  served?: Served;
}

/** Render's clock is known to a second or so; what was created this much later than a write has it for sure. */
const CLOCK_MS = 2_000;

export function deployVerbs(context: ProviderContext): Verbs<DeployInputs, DeployOutputs> {
  const { observed, log } = context;

  async function deploy(inputs: DeployInputs, olds?: DeployOutputs): Promise<DeployOutputs> {
    const service = await observed.service(inputs);
    const healthUrl = addressOf(inputs, service, inputs.healthPath);
    const budgetMs = inputs.timeoutSeconds * 1000;
    const managed = rememberFlags(managedBy(olds), inputs.expects);
    try {
      const site = service.type === "static_site" ? addressOf(inputs, service, "/") : undefined;
      const before = site === undefined ? undefined : await readServedBytes(site, context.probe);
      const run = await runDeploy(context, { healthUrl, budgetMs, build: needsBuild(inputs, olds) }, service);
      forgetReport(inputs, service);
      const served = await compareServed(inputs, olds, site, before);
      return { ...inputs, ...run, managed, served, version: 1, status: "succeeded" };
    } catch (error) {
      const none = { deployId: "", liveAt: "", zeroDowntime: NOT_WATCHED, served: NOT_COMPARED };
      throw new EffectFailed(inputs.renderName, { ...inputs, ...none, managed, version: 1 }, error);
    }
  }

  async function compareServed(
    inputs: DeployInputs,
    olds: DeployOutputs | undefined,
    site: string | undefined,
    before: Awaited<ReturnType<typeof readServedBytes>>,
  ): Promise<Served> {
    const flipped = flippedKeys(inputs, olds);
    if (site === undefined || before === undefined || flipped.length === 0) return NOT_COMPARED;
    let after = await readServedBytes(site, context.probe);
    // What was served a moment ago may still be in somebody's cache; a flip that shows later is one that shows.
    for (let look = 1; after?.hash === before.hash && look < 3; look += 1) {
      await context.sleep(2_000);
      after = await readServedBytes(site, context.probe);
    }
    if (after === undefined) return NOT_COMPARED;
    const served = { probe: `GET ${site}`, flipped, same: after.hash === before.hash, files: after.files };
    if (served.same) log(sameBytesSentence(inputs.renderName, served));
    return served;
  }

  function forgetReport({ reports, ...inputs }: DeployInputs, service: Service): void {
    const url = isReport(reports) ? addressOf(inputs, service, reports.path) : undefined;
    if (url !== undefined) context.reports.forget(url);
  }

  async function readRunning(
    inputs: DeployInputs,
    service: Service,
    keys: readonly string[],
    patienceMs = AWAKE_MS,
  ): Promise<RunningFlags | undefined> {
    const { reports } = inputs;
    const url = isReport(reports) ? addressOf(inputs, service, reports.path) : undefined;
    if (!isReport(reports) || url === undefined || keys.length === 0) return undefined;
    return context.reports.read({ url, report: reports, keys }, patienceMs);
  }

  /** Why what runs is not what is declared, as far as the service itself and Render's list of deploys tell. */
  async function differences(inputs: DeployInputs, ours?: DeployOutputs): Promise<ToldLine[]> {
    const { renderName } = inputs;
    const service = await observed.service(inputs);
    const live = liveDeploy(await observed.deploys(service.id));
    const found: ToldLine[] = rolledBack(live, ours)
      ? [{ kind: "rolled-back", renderName, deployId: live?.id ?? "" }]
      : [];
    // One that may be asleep is waited for only before the first deploy: flags that go off wait for nobody.
    const patienceMs = ours === undefined ? await patienceFor(context, service) : AWAKE_MS;
    const running = await readRunning(inputs, service, Object.keys(inputs.expects), patienceMs);
    // A service that cannot be asked is the gate's business; here it only means that nothing more is known.
    if (running?.known !== true) return found;
    const flags = flagDifferences(inputs.expects, running.flags);
    return [...found, ...flags.map((flag) => ({ kind: "runs-as" as const, renderName, ...flag }))];
  }

  /** Flags that left the catalogue while they are on: told at each look, as nothing else would. */
  async function sayLeftFlags(olds: DeployOutputs, news: DeployInputs): Promise<void> {
    const managed = managedBy(olds);
    const gone = Object.keys(managed).filter((key) => !Object.hasOwn(news.expects, key));
    if (gone.length === 0) return;
    const service = await observed.service(news);
    const [values, running] = await Promise.all([
      observed.envVars(service.id),
      readRunning(news, service, [...Object.keys(news.expects), ...gone]),
    ]);
    const told = running?.known === true ? { running: running.flags } : {};
    for (const flag of leftFlags({ managed, expects: news.expects, values, ...told }))
      log(leftLine(news.renderName, flag));
  }

  /** What a change would start, where that is not what this kind of service does anyway. */
  async function saysHow(inputs: DeployInputs, olds?: DeployOutputs): Promise<void> {
    const service = await observed.service(inputs);
    const deploys = await observed.deploys(service.id);
    const live = liveDeploy(deploys);
    // The list is short; a live deploy beyond it is looked up by the update.
    if (live === undefined) return;
    const { how, usual } = whatShips({ service, deploys, live, build: needsBuild(inputs, olds) });
    if (!usual) log(`${inputs.renderName}: the deploy: ${how}`);
  }

  /**
   * Whether what was written runs already, for a deploy that state does not know: a service under another name in the
   * catalogue, or state that was lost. Everything written lies before the live deploy, and the service says nothing else.
   */
  async function runsAlready(inputs: DeployInputs): Promise<boolean> {
    const service = await observed.service(inputs);
    const live = liveDeploy(await observed.deploys(service.id));
    const written = Object.values(inputs.revisions).filter((revision) => revision !== ADOPTED);
    if (written.length === 0) return (await differences(inputs)).length === 0;
    if (live === undefined || live.trigger === "rollback" || (inputs.buildTime ?? []).length > 0)
      return false;
    const after = (revision: string) => {
      const at = writtenAtOf(revision);
      return at !== undefined && Date.parse(live.createdAt) >= at.getTime() + CLOCK_MS;
    };
    if (!written.every(after) || (await differences(inputs)).length > 0) return false;
    log(
      `${inputs.renderName}: runs as declared since deploy ${live.id}, which is newer than the last write: nothing is deployed`,
    );
    return true;
  }

  /** Who deploys a service that a rollout runs is told: a person, a push, or another stack whose state names the same service. */
  async function sayForeign(olds: DeployOutputs): Promise<void> {
    if (olds.status !== "succeeded") return;
    const service = await observed.service(olds);
    const live = liveDeploy(await observed.deploys(service.id));
    if (live === undefined || [olds.deployId, olds.supersededBy].includes(live.id)) return;
    const { id, trigger = "unknown trigger", createdAt } = live;
    const { renderName, deployId } = olds;
    log(writeLine({ kind: "foreign-deploy", renderName, deployId: id, trigger, createdAt, ours: deployId }));
  }

  return {
    check: (_olds, news) => Promise.resolve({ inputs: news }),

    async diff(_id, olds, news) {
      if (olds.renderName !== news.renderName) return { changes: true, replaces: ["renderName"] };
      await sayLeftFlags(olds, news);
      await sayForeign(olds).catch(() => undefined);
      if (hasUnknown(news) || olds.status !== "succeeded" || hasNewRevision(olds, news)) {
        await saysHow(news, olds);
        return { changes: true };
      }
      const differs = await differences(news, olds);
      for (const difference of differs) log(writeLine(difference));
      if (differs.length > 0) await saysHow(news, olds);
      return { changes: differs.length > 0 };
    },

    async create(inputs) {
      if (!(await runsAlready(inputs))) return { id: inputs.renderName, outs: await deploy(inputs) };
      const service = await observed.service(inputs);
      const live = liveDeploy(await observed.deploys(service.id));
      const adopted = {
        deployId: live?.id ?? "none",
        liveAt: live?.finishedAt ?? live?.createdAt ?? "",
        zeroDowntime: NOT_WATCHED,
        served: NOT_COMPARED,
        managed: rememberFlags(undefined, inputs.expects),
      };
      return { id: inputs.renderName, outs: { ...inputs, ...adopted, version: 1, status: "succeeded" } };
    },

    async read(id, props) {
      await sayForeign(props);
      return { id, props, inputs: inputsOf(props) as unknown as DeployOutputs };
    },

    async update(_id, olds, news) {
      const needed =
        hasNewRevision(olds, news) ||
        olds.status !== "succeeded" ||
        (await differences(news, olds)).length > 0;
      if (needed) return { outs: await deploy(news, olds) };
      return { outs: { ...olds, ...news, managed: rememberFlags(managedBy(olds), news.expects) } };
    },

    delete: (_id, props) => {
      log(`${props.renderName}: no longer managed; what is live stays live`);
      return Promise.resolve();
    },
  };
}

/** An adopted revision was never written, so it needs no deploy; neither does a flag that left the catalogue. */
function hasNewRevision(olds: DeployOutputs, news: DeployInputs): boolean {
  return Object.entries(news.revisions).some(
    ([key, revision]) => revision !== ADOPTED && olds.revisions[key] !== revision,
  );
}

/** A rollback made on Render restores the variables of its target; any other later deploy has today's. */
function rolledBack(live: Deploy | undefined, ours: DeployOutputs | undefined): boolean {
  if (live?.trigger !== "rollback" || live.id === ours?.deployId) return false;
  // Times are compared as times: Render writes them with more digits or fewer. One that is missing is long ago.
  return Date.parse(live.createdAt) > (Date.parse(ours?.liveAt ?? "") || 0);
}

function inputsOf(props: DeployOutputs): Props {
  const { renderName, serviceId, url, healthPath, healthExpect, reports, expects, buildTime } = props;
  const { revisions, timeoutSeconds } = props;
  return {
    renderName,
    serviceId,
    url,
    healthPath,
    healthExpect,
    reports,
    expects,
    buildTime,
    revisions,
    timeoutSeconds,
  };
}

function isReport(reports: Reports | undefined): reports is FlagReport {
  return reports !== undefined && "path" in reports;
}

/** State of before remembers what it expected last. */
function managedBy(olds: DeployOutputs | undefined): Record<string, string> {
  return olds?.managed ?? olds?.expects ?? {};
}

/** Flags whose values this deploy changes: what the first deploy brings is what was written before it. */
function flippedKeys({ expects, revisions }: DeployInputs, olds: DeployOutputs | undefined): string[] {
  return Object.keys(expects).filter((key) =>
    olds === undefined ? revisions[key] !== ADOPTED : (olds.expects[key] ?? "false") !== expects[key],
  );
}

/**
 * Whether a value that is built into the code was written since. Of a failed deploy it is not known what it was about, and where
 * nothing was written it is what runs that differs: then any such value may be the one.
 */
function needsBuild({ buildTime = [], revisions }: DeployInputs, olds: DeployOutputs | undefined): boolean {
  const written = Object.keys(revisions).filter(
    (key) => revisions[key] !== ADOPTED && olds?.revisions[key] !== revisions[key],
  );
  const unclear = written.length === 0 || (olds !== undefined && olds.status !== "succeeded");
  return unclear ? buildTime.length > 0 : buildTime.some((key) => written.includes(key));
}
