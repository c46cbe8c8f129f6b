import { randomUUID } from "node:crypto";

import { changedNothing } from "../render/client";
import type { ProviderContext } from "./context";
import { requireOpenSchedule } from "./schedule-guard";
import { EffectFailed, hasUnknown, type Verbs } from "./verbs";

/** One environment variable of one Render service, `"true"` or `"false"`. Unknown variables are never touched. */
export interface FeatureFlagInputs {
  /** The service's name on Render. */
  renderName: string;
  /** Its id (`srv-…`) where config gives one; otherwise it is looked up by name. */
  serviceId?: string;
  key: string;
  /** "other" is never declared: refresh records it where Render holds neither `true` nor `false`. */
  value: "true" | "false" | "other";
}

export interface FeatureFlagOutputs extends FeatureFlagInputs {
  version: 1;
  status: "succeeded" | "failed";
  /** New with every write; "adopted" while nothing was ever written. The service's deploy is triggered by it. */
  revision: string;
}

/** What a flag's revision is as long as Render had the declared value by itself. */
export const ADOPTED = "adopted";

export function featureFlagVerbs(context: ProviderContext): Verbs<FeatureFlagInputs, FeatureFlagOutputs> {
  const { observed, log } = context;

  /**
   * Writes unless Render has the value already.
   * @param forwards turning it on is a step of the rollout, which the schedule may forbid; putting back what was on is not.
   */
  async function write(inputs: FeatureFlagInputs, forwards: boolean): Promise<boolean> {
    const { render } = context;
    const service = await observed.service(inputs);
    // One list for all flags of a service: a read for each would make a thousand flags wait for Render's rate limit.
    const present = (await observed.envVars(service.id)).get(inputs.key);
    if (matches(present, inputs.value)) return false;
    if (inputs.value === "true" && forwards) await requireOpenSchedule(context, `turning on ${inputs.key}`);
    try {
      await render.putEnvVar(service.id, inputs.key, inputs.value);
    } catch (error) {
      if (changedNothing(error)) throw error;
      observed.forgetEnvVars(service.id);
      // The answer may be lost and the value written: state must not say that the old one still stands.
      if (!(await isWritten(service.id, inputs)))
        throw new EffectFailed(idOf(inputs), outputs(inputs, newRevision()), error);
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

  function sayDifference({ renderName, key, value }: FeatureFlagInputs, live: string | undefined): void {
    log(`${renderName}: ${key} is ${shown(live)} on Render, declared "${value}"`);
  }

  return {
    async check(olds, news) {
      // Nothing else is called before a flag is created, and a first preview must say what the update would overwrite.
      if (olds.key === undefined && !hasUnknown(news)) {
        const service = await observed.service(news);
        const live = (await observed.envVars(service.id)).get(news.key);
        if (!matches(live, news.value)) sayDifference(news, live);
      }
      return { inputs: news };
    },

    async diff(_id, olds, news) {
      const replaces =
        olds.renderName === news.renderName && olds.key === news.key ? [] : ["renderName", "key"];
      if (hasUnknown(news) || replaces.length > 0) return { changes: true, replaces };
      const service = await observed.service(news);
      const live = (await observed.envVars(service.id)).get(news.key);
      if (!matches(live, news.value) || olds.value !== news.value) {
        sayDifference(news, live);
        return { changes: true };
      }
      return { changes: olds.status !== "succeeded" };
    },

    async create(inputs) {
      const written = await write(inputs, true);
      return { id: idOf(inputs), outs: outputs(inputs, written ? newRevision() : ADOPTED) };
    },

    async read(id, props) {
      const service = await observed.service(props);
      const live = (await observed.envVars(service.id)).get(props.key);
      const value = live === "true" ? "true" : matches(live, "false") ? "false" : "other";
      const { renderName, serviceId, key } = props;
      const inputs = { renderName, ...(serviceId === undefined ? {} : { serviceId }), key, value };
      return { id, props: { ...props, value }, inputs: inputs as FeatureFlagOutputs };
    },

    async update(_id, olds, news) {
      await write(news, olds.value !== "true");
      // Even where Render had the value already: a killed run may have written it without deploying it.
      return { outs: outputs(news, newRevision()) };
    },

    // Existence is not the model, values are: forgetting a flag changes nothing on Render.
    delete: (_id, props) => {
      log(`${props.renderName}: ${props.key} is no longer managed; its value on Render stays as it is`);
      return Promise.resolve();
    },
  };
}

/** An absent variable is a flag that is off. */
function matches(live: string | undefined, declared: string): boolean {
  return live === declared || (live === undefined && declared === "false");
}

function shown(live: string | undefined): string {
  return live === undefined
    ? "absent"
    : live === "true" || live === "false"
      ? `"${live}"`
      : 'neither "true" nor "false"';
}

function idOf(inputs: FeatureFlagInputs): string {
  return `${inputs.renderName}/${inputs.key}`;
}

function outputs(inputs: FeatureFlagInputs, revision: string): FeatureFlagOutputs {
  return { ...inputs, version: 1, status: "succeeded", revision };
}

function newRevision(): string {
  return randomUUID();
}
