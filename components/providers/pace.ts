/** Waits that grow: seldom enough to cost few requests, often enough to see the end soon. Milliseconds. */
export interface Pace {
  first: number;
  factor: number;
  most: number;
}

/** @param previousMs the wait before; undefined at first. */
export function nextWaitMs(previousMs: number | undefined, { first, factor, most }: Pace): number {
  return previousMs === undefined ? first : Math.min(previousMs * factor, most);
}
