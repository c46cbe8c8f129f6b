import type { Expectation } from "../config/types";

/**
 * What an answer's JSON holds otherwise than expected, in a few words each; empty when all is as it has to be.
 * @param expected by place: `orders.0.id`, "" for the whole answer.
 */
export function jsonDifferences(body: string, expected: Readonly<Record<string, Expectation>>): string[] {
  const places = Object.entries(expected);
  if (places.length === 0) return [];
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return ["the answer is not JSON"];
  }
  return places.flatMap(([place, wanted]) => {
    const found = valueAt(answer, place);
    const problem = differenceFrom(found, wanted);
    return problem === undefined ? [] : [`${place === "" ? "the answer" : place} ${problem}`];
  });
}

/** What stands at a dotted place. Only what an object has of its own counts, so that no place means one of JavaScript's. */
export function valueAt(answer: unknown, place: string): unknown {
  if (place === "") return answer;
  return place.split(".").reduce<unknown>((value, step) => {
    const inside = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    return inside ? (value as Record<string, unknown>)[step] : undefined;
  }, answer);
}

function differenceFrom(found: unknown, wanted: Expectation): string | undefined {
  if (found === undefined) return "is missing";
  if (typeof wanted !== "object" || wanted === null) {
    return found === wanted ? undefined : `is ${shown(found)}, expected ${shown(wanted)}`;
  }
  const type = typeOf(found);
  if (wanted.type !== undefined && type !== wanted.type)
    return `is ${withArticle(type)}, expected ${withArticle(wanted.type)}`;
  if (wanted.atLeast === undefined && wanted.atMost === undefined) return undefined;
  const size = Array.isArray(found) ? found.length : found;
  if (typeof size !== "number") return `is ${withArticle(type)}, expected a number or a list`;
  const what = Array.isArray(found) ? `has ${size} entries` : `is ${size}`;
  if (wanted.atLeast !== undefined && size < wanted.atLeast)
    return `${what}, expected at least ${wanted.atLeast}`;
  if (wanted.atMost !== undefined && size > wanted.atMost)
    return `${what}, expected at most ${wanted.atMost}`;
  return undefined;
}

function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function withArticle(type: string): string {
  return type === "null" ? type : `${/^[ao]/.test(type) ? "an" : "a"} ${type}`;
}

/** Foreign text, so only its beginning; a map or a list is named and not shown. */
function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) return withArticle(typeOf(value));
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
