import { changedNothing, type Service } from "../render/client";
import type { FlagReport } from "../config/types";
import type { RunningValue } from "../probes/flag-report";
import type { ProviderContext } from "./context";
import { requireOpenSchedule } from "./schedule-guard";
import { addressOf } from "./address";
import { writeLine } from "../told-lines";
import { ADOPTED, newRevision } from "./revision";
import { absentByRender, absentIs, describeSource } from "./unset-flag";
import { EffectFailed, hasUnknown, withoutUndefined, type Verbs } from "./verbs";
import { AWAKE_MS, patienceFor } from "./wake";

/** One environment variable of one Render service, `"true"` or `"false"`. Unknown variables are never touched. */
export interface FeatureFlagInputs {
  /** The service's name on Render. */
  renderName: string;
  /** Its id (`srv-…`) where config gives one; otherwise it is looked up by name. */
  serviceId?: string;
  key: string;
  /** "other" is never declared: refresh records it where Render holds neither `true` nor `false`. */
  value: "true" | "false" | "other";
  /** What an absent variable means to the code; off where it is absent, unless the service says otherwise. */
  unset?: "on" | "off" | "unknown";
  /** Public address of the service; Render's own where config gives none. */
  url?: string;
  /** Where the service reports this flag; absent where it does not. */
  report?: FlagReport;
  /** Ids of migrations that the code behind it needs: the database is asked for them before it goes on. */
  requires?: string[];
}

export interface FeatureFlagOutputs extends FeatureFlagInputs {
  version: 1;
  status: "succeeded" | "failed";
  /** New with every write; "adopted" while nothing was ever written. The service's deploy is triggered by it. */
  revision: string;
}

export function featureFlagVerbs(context: ProviderContext): Verbs<FeatureFlagInputs, FeatureFlagOutputs> {
  const { observed, log } = context;

  /**
   * Writes unless Render has the value already.
   * @param forwards turning it on is a step of the rollout, which the schedule may forbid; putting back what was on is not.
   * @param isNew whether nothing is known of it yet.
   */
  async function write(inputs: FeatureFlagInputs, forwards: boolean, isNew: boolean): Promise<boolean> {
    const { render } = context;
    const service = await observed.service(inputs);
    // One list for all flags of a service: a read for each would make a thousand flags wait for Render's rate limit.
    const present = await standing(inputs, service, isNew);
    const { requires = [] } = inputs;
    if (inputs.value === "true" && requires.length > 0) {
      await context.schema.requireApplied(requires, inputs.key);
    }
    if (matches(present, inputs.value)) return false;
    if (inputs.value === "true" && forwards) await requireOpenSchedule(context, `turning on ${inputs.key}`);
    try {
      await render.putEnvVar(service.id, inputs.key, inputs.value);
    } catch (error) {
      if (changedNothing(error)) throw error;
      observed.forgetEnvVars(service.id);
      // The answer may be lost and the value written: state must not say that the old one still stands.
      if (!(await isWritten(service.id, inputs)))
        throw new EffectFailed(flagIdOf(inputs), outputs(inputs, await revision()), error);
    }
    observed.wrote(service.id, inputs.key, inputs.value);
    log(`${inputs.renderName}: wrote ${inputs.key}=${inputs.value}`);
    return true;
  }

  /** Asks Render itself after an answer that tells nothing; where it cannot be asked either, it is not known to be. */
  async function isWritten(serviceId: string, { key, value }: FeatureFlagInputs): Promise<boolean> {
    const present = await context.render.getEnvVar(serviceId, key).catch(() => undefined);
    return present?.value === value;
  }

  const revision = async () => newRevision(await context.now());

  /**
   * What stands for a flag now. Where its variable is absent, what that means: asked only where it would count as off.
   * @param isNew then a service that may be asleep is waited for; later its flags have to go off in time, whatever it says.
   */
  async function standing(inputs: FeatureFlagInputs, service: Service, isNew: boolean): Promise<Standing> {
    const value = (await observed.envVars(service.id)).get(inputs.key);
    if (value !== undefined) return { set: true, value };
    const running = await runsAs(inputs, service, isNew);
    const means =
      running === undefined || running === "unknown"
        ? await absentByRender(context, service, inputs.key, inputs.unset)
        : absentIs(inputs.unset, running);
    return { set: false, value: means, byConfig: inputs.unset === "on" };
  }

  async function runsAs(
    inputs: FeatureFlagInputs,
    service: Service,
    isNew: boolean,
  ): Promise<RunningValue | undefined> {
    const { report, key } = inputs;
    const url = report === undefined ? undefined : addressOf(inputs, service, report.path);
    if (report === undefined || url === undefined) return undefined;
    const patienceMs = isNew ? await patienceFor(context, service) : AWAKE_MS;
    const running = await context.reports.read({ url, report, keys: [key] }, patienceMs);
    return running.known ? running.flags[key] : undefined;
  }

  async function sayDifference(
    { renderName, key, value }: FeatureFlagInputs,
    service: Service,
    standing: Standing,
  ): Promise<void> {
    const on = !standing.set && standing.value === "true" && value === "false";
    const why = on
      ? `it is on all the same, and the value may come from ${await describeSource(context, service, key)}; written on the service itself it goes first`
      : !standing.set && standing.value === "unknown"
        ? "what that means is not known, so it is written"
        : undefined;
    const onRender = shown(standing.set ? standing.value : undefined);
    const said = { kind: "on-render", renderName, key, onRender, declared: value } as const;
    log(writeLine(why === undefined ? said : { ...said, because: why }));
  }

  return {
    async check(olds, news) {
      // Nothing else is called before a flag is created, and a first preview must say what the update would overwrite.
      if (olds.key === undefined && !hasUnknown(news)) {
        const service = await observed.service(news);
        const live = await standing(news, service, true);
        if (!matches(live, news.value)) await sayDifference(news, service, live);
      }
      return { inputs: news };
    },

    async diff(_id, olds, news) {
      const replaces =
        olds.renderName === news.renderName && olds.key === news.key ? [] : ["renderName", "key"];
      if (hasUnknown(news) || replaces.length > 0) return { changes: true, replaces };
      const service = await observed.service(news);
      const live = await standing(news, service, false);
      if (!matches(live, news.value) || olds.value !== news.value) {
        await sayDifference(news, service, live);
        return { changes: true };
      }
      return { changes: olds.status !== "succeeded" };
    },

    async create(inputs) {
      const written = await write(inputs, true, true);
      return { id: flagIdOf(inputs), outs: outputs(inputs, written ? await revision() : ADOPTED) };
    },

    async read(id, props) {
      const service = await observed.service(props);
      const live = await standing(props, service, false);
      const value = live.value === "true" || live.value === "false" ? live.value : "other";
      const { renderName, serviceId, key, unset, url, report, requires } = props;
      const inputs = withoutUndefined({ renderName, serviceId, key, value, unset, url, report, requires });
      return { id, props: { ...props, value }, inputs: inputs as FeatureFlagOutputs };
    },

    async update(_id, olds, news) {
      await write(news, olds.value !== "true", false);
      // Even where Render had the value already: a killed run may have written it without deploying it.
      return { outs: outputs(news, await revision()) };
    },

    // Existence is not the model, values are: forgetting a flag changes nothing on Render.
    delete: (_id, props) => {
      const stays =
        props.value === "true"
          ? `it stays on, and nothing here switches it off any more`
          : "its value on Render stays as it is";
      log(`${props.renderName}: ${props.key} is no longer managed; ${stays}`);
      return Promise.resolve();
    },
  };
}

/** The variable's value on the service, or what its absence means. */
type Standing =
  | { set: true; value: string }
  /** `byConfig`: config says that it is on where it is not set. */
  | { set: false; value: "true" | "false" | "unknown"; byConfig: boolean };

/** A flag that is to be on has to be set, unless config says that nothing else keeps it on: what runs now may come from before. */
function matches(standing: Standing, declared: string): boolean {
  if (standing.value !== declared) return false;
  return standing.set || declared === "false" || standing.byConfig;
}

function shown(live: string | undefined): string {
  return live === undefined
    ? "absent"
    : live === "true" || live === "false"
      ? `"${live}"`
      : 'neither "true" nor "false"';
}

function flagIdOf(inputs: FeatureFlagInputs): string {
  return `${inputs.renderName}/${inputs.key}`;
}

function outputs(inputs: FeatureFlagInputs, revision: string): FeatureFlagOutputs {
  return { ...inputs, version: 1, status: "succeeded", revision };
}
