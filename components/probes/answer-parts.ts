/** Only what an object has of its own counts, so that no place means one of JavaScript's. */
export function valueAt(answer: unknown, place: string): unknown {
  if (place === "") return answer;
  if (isMap(answer) && Object.hasOwn(answer, place)) return answer[place];
  return place.split(".").reduce<unknown>((value, step) => {
    const inside = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    return inside ? (value as Record<string, unknown>)[step] : undefined;
  }, answer);
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
