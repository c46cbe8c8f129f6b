import { consentCounts, sameConsent } from "../../plan/consent";
import type { ProviderContext } from "../context";
import { hasUnknown, type Verbs } from "../verbs";
import { own } from "../../own";

/** Consents to lose data, spent before they are acted on: killed between the two, they are spent and nothing is lost. */
export interface ConsentsInputs {
  /** By migration: `acceptDataLoss` of the stack file. */
  offered: Record<string, string>;
  /** Ids of migrations that are not wanted now: a consent of one that is wanted stays unspent. */
  unwanted: string[];
  timeZone: string;
}

export interface ConsentsOutputs extends ConsentsInputs {
  version: 1;
  status: "succeeded";
  /** By migration: every consent that was ever spent. It outlives the lines of the stack file. */
  spent: Record<string, string[]>;
  /** By migration: the token of its last spending. It counts in the run that spent it and in no other. */
  spendings: Record<string, string>;
  /** Changes with each spending; the backup before a rollback is triggered by it. */
  work: string;
}

/** The later one of Render's clock and this machine's: a consent is dated by whoever writes it, and one that is of today counts. */
export async function latestNow({
  now,
  machineNow,
}: Pick<ProviderContext, "now" | "machineNow">): Promise<Date> {
  const render = await now();
  const machine = machineNow?.() ?? render;
  return machine > render ? machine : render;
}

/**
 * State is written only when a resource is done. So spending is a resource of its own in front of the migrations, and a
 * token that lives in this process says that it was spent in this run: the next one finds the text among the spent ones.
 */
export function consentsVerbs(context: ProviderContext): Verbs<ConsentsInputs, ConsentsOutputs> {
  /** Those that the rollback of this run may act on; one that is too old for anything is not spent either. */
  function toSpend(
    { offered, unwanted, timeZone }: ConsentsInputs,
    { spent }: ConsentsOutputs,
    now: Date,
  ): [string, string][] {
    return Object.entries(offered).filter(([id, text]) => {
      // State holds no secret: a text in which one occurs, a passphrase that is a common word, stands there without it.
      const before = own(spent, id) ?? [];
      const isSpent = before.some((each) => sameConsent(each, context.redact(text), timeZone));
      const usedConsents = isSpent ? [text] : before;
      return unwanted.includes(id) && consentCounts(text, { usedConsents, timeZone, now }).counts;
    });
  }

  async function spend(inputs: ConsentsInputs, olds: ConsentsOutputs): Promise<ConsentsOutputs> {
    const spending = toSpend(inputs, olds, await latestNow(context));
    const runId = context.newRunId();
    const tokens = Object.fromEntries(spending.map(([id]) => [id, `${runId} ${id}`]));
    for (const [id, text] of spending) {
      context.log(`consents: spends "${text}" for ${id}; from now on it counts no more`);
    }
    for (const token of Object.values(tokens)) context.spentHere.add(token);
    return {
      ...olds,
      ...inputs,
      spent: spentWith(olds.spent, spending, inputs.timeZone),
      spendings: { ...olds.spendings, ...tokens },
      work: spending.length === 0 ? olds.work : `${spending.map(([id]) => id).join(" ")} @${runId}`,
    };
  }

  return {
    check: (_olds, news) => Promise.resolve({ inputs: news }),

    // What is offered and not needed now changes nothing: else each advance would seem to make a backup.
    diff: async (_id, olds, news) => ({
      changes: hasUnknown(news) || toSpend(news, olds, await latestNow(context)).length > 0,
    }),

    // A stack's first update takes over what is there. What its file offers already is remembered as spent, so that a
    // state which was lost and made anew cannot spend it a second time.
    create(inputs) {
      const none = {
        ...inputs,
        version: 1,
        status: "succeeded",
        spent: {},
        spendings: {},
        work: "",
      } as const;
      const offered = Object.entries(inputs.offered).filter(([id]) => inputs.unwanted.includes(id));
      const outs: ConsentsOutputs = { ...none, spent: spentWith({}, offered, inputs.timeZone) };
      for (const [id] of offered) {
        context.log(
          `consents: the one for ${id} does not count in a stack's first update, which drops nothing`,
        );
      }
      return Promise.resolve({ id: "consents", outs });
    },

    read: (id, props) => {
      const { offered, unwanted, timeZone } = props;
      return Promise.resolve({ id, props, inputs: { offered, unwanted, timeZone } as ConsentsOutputs });
    },

    update: async (_id, olds, news) => ({ outs: await spend(news, olds) }),

    delete: () => Promise.resolve(),
  };
}

function spentWith(
  spent: ConsentsOutputs["spent"],
  spending: readonly (readonly [string, string])[],
  timeZone: string,
): ConsentsOutputs["spent"] {
  const all = { ...spent };
  for (const [id, text] of spending) {
    const before = own(all, id) ?? [];
    all[id] = before.some((each) => sameConsent(each, text, timeZone)) ? before : [...before, text];
  }
  return all;
}
