/** The stand-in's time: runs like the real one, from `startAt`, and can be moved forward. All it stamps comes from here. */
export class Clock {
  private readonly startedAt = performance.now();
  private readonly base: number;
  private advanced = 0;
  private lastStamp = 0;

  /** @param startAt default: now. */
  constructor(startAt: Date = new Date()) {
    this.base = startAt.getTime();
  }

  now(): Date {
    return new Date(this.ms());
  }

  /** Moves time forward; it never goes back.
   *  @param ms milliseconds, 0 or more. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`the clock only goes forward, not by ${ms} ms`);
    this.advanced += ms;
  }

  /** Milliseconds since 1970, with a fraction. */
  ms(): number {
    return this.base + this.advanced + (performance.now() - this.startedAt);
  }

  /** Microseconds since 1970; no two answers are equal, so that they put rows in order. */
  stamp(): number {
    this.lastStamp = Math.max(this.lastStamp + 1, Math.floor(this.ms() * 1000));
    return this.lastStamp;
  }
}

/** RFC 3339 in UTC with microseconds, as Render writes it: `2026-11-24T22:10:05.123456Z`.
 *  @param micros microseconds since 1970. */
export function formatTime(micros: number): string {
  const rest = String(micros % 1000).padStart(3, "0");
  return new Date(Math.floor(micros / 1000)).toISOString().replace("Z", `${rest}Z`);
}

/** Microseconds since 1970, from RFC 3339 (any offset) or whole seconds since 1970; undefined when it is neither. */
export function parseTime(text: string): number | undefined {
  if (/^\d{1,11}$/.test(text)) return Number(text) * 1_000_000;
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (parts === null) return undefined;
  const [, seconds, fraction, zone] = parts;
  const ms = Date.parse(`${seconds ?? ""}${zone ?? ""}`);
  if (Number.isNaN(ms)) return undefined;
  return ms * 1000 + Number((fraction ?? "").padEnd(6, "0").slice(0, 6));
}
