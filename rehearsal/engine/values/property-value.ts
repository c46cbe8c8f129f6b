/** Property values as they travel in Pulumi's protocol: JSON, in which an object with a signature key stands for
 *  something JSON has no word for.
 *  @source sdk/proto/resource.proto and sdk/go/common/resource/plugin/rpc.go */
export type PropertyValue = null | boolean | number | string | PropertyValue[] | PropertyMap;
export interface PropertyMap {
  [key: string]: PropertyValue;
}

export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
/** Stands for a value that only the update will know. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The input under which a dynamic resource carries its provider's source text. */
export const providerKey = "__provider";

export interface SecretValue extends PropertyMap {
  [signatureKey]: typeof secretSignature;
  value: PropertyValue;
}

export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isSecret(value: PropertyValue | undefined): value is SecretValue {
  return isMap(value) && value[signatureKey] === secretSignature;
}

export function asSecret(value: PropertyValue): SecretValue {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

/** Keys that Pulumi keeps for itself and shows to nobody. */
export function isInternalKey(key: string): boolean {
  return key.startsWith("__");
}

export function containsUnknown(value: PropertyValue): boolean {
  return some(value, (inner) => inner === unknownValue);
}

export function containsSecret(value: PropertyValue): boolean {
  return some(value, isSecret);
}

/** The same value with every secret in clear: what a provider that takes no secrets is sent. */
export function revealed(value: PropertyValue): PropertyValue {
  if (isSecret(value)) return revealed(value.value);
  if (Array.isArray(value)) return value.map(revealed);
  return isMap(value) ? mapValues(value, revealed) : value;
}

export function revealedMap(map: PropertyMap): PropertyMap {
  return mapValues(map, revealed);
}

/** Marks again what a provider that takes no secrets returned in clear: a value is secret where the value of the
 *  same name was secret on the way in. */
export function markedLike(values: PropertyMap, sent: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, markLike(value, sent[key])]));
}

/** Marks the named top-level values as secret. */
export function markedByName(values: PropertyMap, names: readonly string[]): PropertyMap {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, names.includes(key) ? asSecret(value) : value]),
  );
}

export function mapValues(map: PropertyMap, change: (value: PropertyValue) => PropertyValue): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function markLike(value: PropertyValue, sent: PropertyValue | undefined): PropertyValue {
  if (sent === undefined || isSecret(value)) return value;
  if (isSecret(sent)) return asSecret(value);
  if (isMap(value) && isMap(sent)) return markedLike(value, sent);
  if (Array.isArray(value) && Array.isArray(sent)) return sent.some(containsSecret) ? asSecret(value) : value;
  return value;
}

function some(value: PropertyValue, test: (value: PropertyValue) => boolean): boolean {
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((inner) => some(inner, test));
  return isMap(value) && Object.values(value).some((inner) => some(inner, test));
}
