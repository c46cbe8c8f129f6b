import { withCode } from "../error-code";
import { messageOf, RolloutError, type ErrorData } from "../errors";
import { redactedJson } from "../secrets";
import { inTodaysNames } from "./former-names";
import { sameJson, withoutUndefined, type Props, type Verbs } from "./verbs";

type Redact = (text: string) => string;

/**
 * Verbs as Pulumi may call them. Here, and so nowhere else, everything that goes out passes: no secret and nothing that steers
 * a terminal gets into state or an error, an error takes its code along, and state of an earlier version comes in.
 */
export function acrossTheBorder(inner: Verbs, redact: Redact): Verbs {
  const crossing = async <T>(given: Props, verb: () => Promise<T>): Promise<T> => {
    try {
      return await verb();
    } catch (error) {
      throw outgoingError(error, given, redact);
    }
  };
  const stored = <T extends Props | undefined>(props: T, given: Props) => outgoingProps(props, given, redact);
  return {
    check: (olds, news) =>
      crossing(news, async () => {
        const { failures = [], ...result } = await inner.check(inTodaysNames(olds), news);
        return withoutUndefined({ ...result, failures: redactedJson(failures, redact) });
      }),
    diff: (id, olds, news) => crossing(news, () => inner.diff(id, inTodaysNames(olds), news)),
    create: (inputs) =>
      crossing(inputs, async () => {
        const { id, outs } = await inner.create(inputs);
        return withoutUndefined({ id, outs: stored(outs, inputs) });
      }),
    read: (id, props) =>
      crossing(props, async () => {
        const result = await inner.read(id, inTodaysNames(props));
        return withoutUndefined({ ...result, props: stored(result.props, result.inputs ?? {}) });
      }),
    update: (id, olds, news) =>
      crossing(news, async () => {
        const { outs } = await inner.update(id, inTodaysNames(olds), news);
        return withoutUndefined({ outs: stored(outs, news) });
      }),
    delete: (id, props) => crossing(props, () => inner.delete(id, inTodaysNames(props))),
  };
}

/** What was declared stays as it is, or it would differ for ever; all else was found outside, or was made from it. */
function outgoingProps<T extends Props | undefined>(props: T, given: Props, redact: Redact): T {
  if (props === undefined) return props;
  const shown = Object.entries(props).map(([key, value]) =>
    sameJson(value, given[key]) ? [key, value] : [key, redactedJson(value, redact)],
  );
  return Object.fromEntries(shown) as T;
}

/** What Pulumi takes from an error: its message, and of a failed effect what it changed, in the words of its first reason. */
interface Outgoing extends Error {
  id?: string;
  properties?: Props;
  reasons?: string[];
}

/**
 * What an operator can do something about is shown without our stack, which Pulumi would print below it; of a mistake of ours
 * the stack is the message. A cause stays here.
 */
function outgoingError(error: unknown, given: Props, redact: Redact): Error {
  const { id, properties, reasons } = (error ?? {}) as Partial<Outgoing>;
  const { code, data } = codeOf(error);
  const worded = (message: string) =>
    withCode({ message: redact(message), code, data: redactedJson(data, redact) });
  const outgoing: Outgoing = new Error(worded(messageOf(error)));
  const isOurs = error instanceof Error && code === undefined && reasons === undefined && error.stack !== "";
  outgoing.stack = isOurs ? redact(error.stack ?? "") : "";
  if (id !== undefined) outgoing.id = id;
  if (properties !== undefined) outgoing.properties = outgoingProps(properties, given, redact);
  if (reasons !== undefined) outgoing.reasons = reasons.map(worded);
  return outgoing;
}

function codeOf(error: unknown): { code: string | undefined; data: ErrorData } {
  if (error instanceof RolloutError) return { code: error.code, data: error.data };
  return { code: undefined, data: {} };
}
