import { own } from "../own";
import { isMap } from "./answer-parts";

/**
 * - `true`, `false`: what the service says.
 * - `other`: it names the flag, with a value that is no flag's.
 * - `unknown`: its report does not name the flag.
 */
export type RunningValue = "true" | "false" | "other" | "unknown";

/** The usual words, in any case; what is neither is a value that nobody here understands, and so neither on nor off. */
const ON = ["true", "1", "t", "yes", "y", "on", "enabled", "enable", "active"];
const OFF = ["false", "0", "f", "no", "n", "off", "disabled", "disable", "inactive", ""];
/** Where a flag's entry is a map itself: `{"ENABLE_X": {"enabled": true}}`. */
const VALUE_KEYS = ["enabled", "isEnabled", "is_enabled", "on", "value", "active", "state", "status"];

/** Where it says for how many it is on, in percent. */
const SHARE_KEYS = ["percentage", "percent", "rollout", "rolloutPercentage", "rollout_percentage"];

/** A map that says on in one field and off in another, or on for some, says neither. */
export function runningValue(value: unknown, on: readonly string[] | undefined): RunningValue {
  if (!isMap(value)) return plainValue(value, on);
  const told = VALUE_KEYS.map((key) => own(value, key)).filter((each) => each !== undefined);
  const values = told.map((each) => plainValue(each, on));
  const [first = "other", ...more] = values;
  if (first === "other" || more.some((each) => each !== first && each !== "other")) return "other";
  const isForSome = SHARE_KEYS.some((key) => {
    const share = own(value, key);
    return typeof share === "number" && share < 100;
  });
  return first === "true" && isForSome ? "other" : first;
}

function plainValue(value: unknown, on: readonly string[] | undefined): RunningValue {
  if (typeof value !== "boolean" && typeof value !== "string" && typeof value !== "number") return "other";
  const word = String(value).trim().toLowerCase();
  const words = on?.map((each) => each.trim().toLowerCase()) ?? ON;
  if (words.includes(word)) return "true";
  // A service that tells what it leaves out: there yes is off.
  if (words.includes("false") && ON.includes(word)) return "false";
  // Other words of its own for "on" change nothing about what plainly says yes or no.
  if (typeof value === "boolean") return value ? "true" : "false";
  return OFF.includes(word) ? "false" : "other";
}
