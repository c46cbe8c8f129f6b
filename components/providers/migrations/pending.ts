import type { ProviderContext } from "../context";
import { hasUnknown, type Verbs } from "../verbs";
import { missingOf } from "./survey";

/** What the database lacks of what is wanted. */
export interface PendingInputs {
  /** Ids that must be applied. */
  target: string[];
}

export interface PendingOutputs extends PendingInputs {
  version: 1;
  status: "succeeded";
  /** Changes whenever migrations will be applied, and never else: the backup before them is triggered by it. */
  work: string;
}

/**
 * Gives the work of an update a name of its own. It is no part of the survey, which asks anew at each phase: whoever
 * follows the work would then seem to have some in every preview.
 */
export function pendingVerbs(context: ProviderContext): Verbs<PendingInputs, PendingOutputs> {
  async function missing({ target }: PendingInputs): Promise<string[]> {
    return missingOf({ target }, await context.schema.ask(target, { slowly: false }));
  }

  async function named(inputs: PendingInputs, before: string): Promise<PendingOutputs> {
    const ids = await missing(inputs);
    const work = ids.length === 0 ? before : `${ids.join(" ")} @${context.newRunId()}`;
    return { ...inputs, version: 1, status: "succeeded", work };
  }

  return {
    check: (_olds, news) => Promise.resolve({ inputs: news }),
    diff: async (_id, _olds, news) => ({ changes: hasUnknown(news) || (await missing(news)).length > 0 }),
    create: async (inputs) => ({ id: "pending-migrations", outs: await named(inputs, "") }),
    read: (id, props) => Promise.resolve({ id, props, inputs: { target: props.target } as PendingOutputs }),
    update: async (_id, olds, news) => ({ outs: await named(news, olds.work) }),
    delete: () => Promise.resolve(),
  };
}
