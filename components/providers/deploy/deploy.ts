import { flagDifferences, readRunningFlags } from "../../probes/running-flags";
import type { Deploy, Service } from "../../render/client";
import type { ProviderContext } from "../context";
import { ADOPTED } from "../feature-flag";
import { EffectFailed, hasUnknown, type Props, type Verbs } from "../verbs";
import { runDeploy, type DeployRun } from "./run-deploy";
import { NOT_WATCHED } from "./zero-downtime";

/** Brings the flags of one Render service into what runs: one deploy for each update that wrote any of them. */
export interface DeployInputs {
  renderName: string;
  serviceId?: string;
  /** Public address; Render's own where config gives none. */
  url?: string;
  healthPath: string;
  /** Where the service reports the flags it runs with; absent where it does not. */
  flagsPath?: string;
  /** By key: the values that must run. */
  expects: Record<string, string>;
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
}

export function deployVerbs(context: ProviderContext): Verbs<DeployInputs, DeployOutputs> {
  const { observed, log } = context;

  async function deploy(inputs: DeployInputs): Promise<DeployOutputs> {
    const service = await observed.service(inputs);
    const healthUrl = addressOf(inputs, service, inputs.healthPath);
    const budgetMs = inputs.timeoutSeconds * 1000;
    try {
      const run = await runDeploy(context, { ref: inputs, healthUrl, budgetMs }, service);
      return { ...inputs, ...run, version: 1, status: "succeeded" };
    } catch (error) {
      const none = { deployId: "", liveAt: "", zeroDowntime: NOT_WATCHED };
      throw new EffectFailed(inputs.renderName, { ...inputs, ...none, version: 1 }, error);
    }
  }

  /** Why what runs is not what is declared, as far as the service itself and Render's list of deploys tell. */
  async function differences(inputs: DeployInputs, ours?: DeployOutputs): Promise<string[]> {
    const service = await observed.service(inputs);
    const live = (await observed.deploys(service.id)).find(({ status }) => status === "live");
    const found = rolledBack(live, ours)
      ? [`${live?.id ?? ""} is a rollback and runs with the variables of an earlier deploy`]
      : [];
    const url = inputs.flagsPath === undefined ? undefined : addressOf(inputs, service, inputs.flagsPath);
    const running = url === undefined ? undefined : await readRunningFlags(url, context.probe);
    // A service that cannot be asked is the gate's business; here it only means that nothing more is known.
    return running?.known === true ? [...found, ...flagDifferences(inputs.expects, running.flags)] : found;
  }

  return {
    check: (_olds, news) => Promise.resolve({ inputs: news }),

    async diff(_id, olds, news) {
      if (olds.renderName !== news.renderName) return { changes: true, replaces: ["renderName"] };
      if (hasUnknown(news) || olds.status !== "succeeded" || hasNewRevision(olds, news))
        return { changes: true };
      const differs = await differences(news, olds);
      for (const difference of differs) log(`${news.renderName}: ${difference}`);
      return { changes: differs.length > 0 };
    },

    async create(inputs) {
      const written = Object.values(inputs.revisions).some((revision) => revision !== ADOPTED);
      const needed = written || (await differences(inputs)).length > 0;
      if (needed) return { id: inputs.renderName, outs: await deploy(inputs) };
      const service = await observed.service(inputs);
      const live = (await observed.deploys(service.id)).find(({ status }) => status === "live");
      const adopted = {
        deployId: live?.id ?? "none",
        liveAt: live?.finishedAt ?? live?.createdAt ?? "",
        zeroDowntime: NOT_WATCHED,
      };
      return { id: inputs.renderName, outs: { ...inputs, ...adopted, version: 1, status: "succeeded" } };
    },

    async read(id, props) {
      const service = await observed.service(props);
      const live = (await observed.deploys(service.id)).find(({ status }) => status === "live");
      if (live !== undefined && live.id !== props.deployId && live.id !== props.supersededBy) {
        log(
          `${props.renderName}: deploy ${live.id} (${live.trigger ?? "unknown trigger"}) is live, not ours (${props.deployId})`,
        );
      }
      return { id, props, inputs: inputsOf(props) as unknown as DeployOutputs };
    },

    async update(_id, olds, news) {
      const needed =
        hasNewRevision(olds, news) ||
        olds.status !== "succeeded" ||
        (await differences(news, olds)).length > 0;
      if (needed) return { outs: await deploy(news) };
      return { outs: { ...olds, ...news } };
    },

    delete: (_id, props) => {
      log(`${props.renderName}: no longer managed; what is live stays live`);
      return Promise.resolve();
    },
  };
}

/** Public address of a path of a service, or undefined where neither config nor Render names one. */
export function addressOf(inputs: { url?: string }, service: Service, path: string): string | undefined {
  const base = inputs.url ?? service.serviceDetails?.url;
  return base === undefined ? undefined : new URL(path, base.endsWith("/") ? base : `${base}/`).href;
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
  const { renderName, serviceId, url, healthPath, flagsPath, expects, revisions, timeoutSeconds } = props;
  return { renderName, serviceId, url, healthPath, flagsPath, expects, revisions, timeoutSeconds };
}
