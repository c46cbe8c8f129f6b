import type { Crypter } from "../secrets/passphrase";
import {
  asSecret,
  isMap,
  isSecret,
  mapValues,
  secretSignature,
  signatureKey,
  type PropertyMap,
  type PropertyValue,
} from "../values/property-value";

/** How a value is written down: `stored` encrypts its secrets, `clear` (for `--show-secrets`) shows them. */
export type SecretForm = { kind: "stored"; crypter: Crypter } | { kind: "clear" };

/** The value as a state file holds it. */
function toStored(value: PropertyValue, form: SecretForm): PropertyValue {
  if (isSecret(value)) {
    const text = JSON.stringify(toStored(value.value, { kind: "clear" }));
    const held: PropertyMap =
      form.kind === "clear" ? { plaintext: text } : { ciphertext: form.crypter.encrypt(text) };
    return { [signatureKey]: secretSignature, ...held };
  }
  if (Array.isArray(value)) return value.map((inner) => toStored(inner, form));
  return isMap(value) ? mapValues(value, (inner) => toStored(inner, form)) : value;
}

/** The value that a state file holds, its secrets in clear but marked. */
export function fromStored(value: PropertyValue, crypter: () => Crypter): PropertyValue {
  if (isMap(value) && value[signatureKey] === secretSignature) return asSecret(readSecret(value, crypter));
  if (Array.isArray(value)) return value.map((inner) => fromStored(inner, crypter));
  return isMap(value) ? mapValues(value, (inner) => fromStored(inner, crypter)) : value;
}

export function storedMap(map: PropertyMap, form: SecretForm): PropertyMap {
  return toStored(map, form) as PropertyMap;
}

function readSecret(value: PropertyMap, crypter: () => Crypter): PropertyValue {
  const { plaintext, ciphertext } = value;
  const text =
    typeof plaintext === "string"
      ? plaintext
      : crypter().decrypt(typeof ciphertext === "string" ? ciphertext : "");
  return fromStored(JSON.parse(text) as PropertyValue, crypter);
}
