import type * as pulumi from "@pulumi/pulumi";

import { messageOf, RolloutError } from "../errors";

/** What a provider's modules get from Pulumi: a dynamic provider's configuration, by key without the namespace. */
export type ConfigReader = pulumi.dynamic.Config;

/** Any JSON object as it crosses the process border. */
export type Props = Record<string, unknown>;

/** The verbs of one kind of resource; components/providers/load-verbs.cjs hands over to them. */
export interface Verbs<I = Props, O = Props> {
  check(olds: Partial<I>, news: I): Promise<pulumi.dynamic.CheckResult<I>>;
  diff(id: string, olds: O, news: I): Promise<pulumi.dynamic.DiffResult>;
  create(inputs: I): Promise<pulumi.dynamic.CreateResult<O>>;
  read(id: string, props: O): Promise<pulumi.dynamic.ReadResult<O>>;
  update(id: string, olds: O, news: I): Promise<pulumi.dynamic.UpdateResult<O>>;
  delete(id: string, props: O): Promise<void>;
}

/**
 * Stands for a value that is not known yet, in previews, wherever it occurs in an input.
 * @source pulumi/sdk `runtime/rpc.ts`, `unknownValue`.
 */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether any part of an input is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (typeof value === "object" && value !== null) return Object.values(value).some(hasUnknown);
  return false;
}

/**
 * A value as it may cross the process border: Pulumi's protocol has no "undefined" and refuses a struct that holds one.
 * @source pulumi/sdk, google-protobuf `Struct.fromJavaScript`: "Unexpected struct type."
 */
export function withoutUndefined<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

/** Equality of JSON values, whatever the order of keys; an absent key equals an undefined one. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Props;
  const right = b as Props;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
    sameJson(left[key], right[key]),
  );
}

/**
 * The failure of an effect that changed the outside, or may have: Pulumi then keeps `properties` (with their `status`
 * of "failed") instead of the old state, so that the next update goes on from what is true.
 * The first reason is the message: of such errors Pulumi prints the reasons only.
 */
export class EffectFailed extends RolloutError {
  readonly properties: Props;
  readonly reasons: string[];

  constructor(
    readonly id: string,
    properties: object,
    error: unknown,
  ) {
    const known = error instanceof RolloutError ? error : undefined;
    const message = messageOf(error);
    super(known?.code ?? "EFFECT_FAILED", message, known?.data);
    this.properties = withoutUndefined({ ...properties, status: "failed", error: message });
    this.reasons = [message];
  }
}
