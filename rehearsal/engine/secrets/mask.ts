import {
  isMap,
  isSecret,
  mapValues,
  secretSignature,
  signatureKey,
  unknownValue,
  type PropertyMap,
  type PropertyValue,
} from "../values/property-value";

const maskText = "[secret]";

/** Every secret text of one run, and the place where all output loses them. */
export class Mask {
  private readonly texts = new Set<string>();
  private pattern: RegExp | undefined;

  /** Takes in every text inside the secrets of a value. */
  learn(value: PropertyValue): void {
    if (isSecret(value)) this.add(value.value);
    else if (Array.isArray(value)) for (const inner of value) this.learn(inner);
    else if (isMap(value)) for (const inner of Object.values(value)) this.learn(inner);
  }

  /** Takes in one secret value whole. Very short ones are left out, as in the CLI: they would blacken everything. */
  add(value: PropertyValue): void {
    if (Array.isArray(value)) for (const inner of value) this.add(inner);
    else if (isMap(value)) for (const inner of Object.values(value)) this.add(inner);
    else if (typeof value === "string") this.addText(value);
    else if (typeof value === "number") this.addText(String(value));
  }

  /** The text with every secret replaced. */
  text(text: string): string {
    if (this.texts.size === 0) return text;
    this.pattern ??= new RegExp(
      [...this.texts]
        .sort((a, b) => b.length - a.length)
        .map(escapeForPattern)
        .join("|"),
      "g",
    );
    return text.replace(this.pattern, maskText);
  }

  /** The value as an event log shows it: marked secrets are veiled, and texts are masked. */
  value(value: PropertyValue): PropertyValue {
    if (isSecret(value)) return { [signatureKey]: secretSignature, ciphertext: maskText };
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((inner) => this.value(inner));
    return isMap(value) ? this.map(value) : value;
  }

  map(map: PropertyMap): PropertyMap {
    return mapValues(map, (value) => this.value(value));
  }

  private addText(text: string): void {
    for (const form of [text.trim(), JSON.stringify(text.trim()).slice(1, -1)]) {
      if (form.length < shortestMasked || harmless.has(form)) continue;
      this.texts.add(form);
      this.pattern = undefined;
    }
    // A log prints a secret of several lines line by line.
    const lines = text.split(/\r?\n/);
    if (lines.length > 1)
      for (const line of lines) if (line.trim().length >= shortestMaskedLine) this.addText(line);
  }
}

const shortestMasked = 3;
const shortestMaskedLine = 8;
/** What is not known yet is no secret yet either. */
const harmless = new Set(["true", "false", "null", unknownValue]);

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
