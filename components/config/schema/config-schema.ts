import { z } from "zod";
import { catalogueShape } from "./catalogue";
import { sharedShape } from "./shared";
import { stackOnlyShape } from "./stack";

/** Everything that config may say, without the secrets: the values of both files, merged. */
export const configSchema = z.strictObject({ ...stackOnlyShape, ...sharedShape, ...catalogueShape });

/** Config as written: durations and signatures are still texts, nothing is filled in. */
export type WrittenConfig = z.infer<typeof configSchema>;

export type ConfigKey = keyof WrittenConfig;

/** Keys that Pulumi.yaml may not hold: they are one stack's own. */
export const STACK_ONLY_KEYS: readonly string[] = Object.keys(stackOnlyShape);

/** Keys that belong into Pulumi.yaml, where a stack does not replace them. */
export const CATALOGUE_KEYS: readonly string[] = Object.keys(catalogueShape);
