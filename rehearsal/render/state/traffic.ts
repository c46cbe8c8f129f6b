import type { Clock } from "../clock";
import type { Served } from "../runtime/public-site";

export interface TrafficEntry extends Served {
  /** Microseconds since 1970. */
  readonly at: number;
}

/** The requests that really went through a service's public URL. */
export class Traffic {
  private readonly entries: TrafficEntry[] = [];

  constructor(private readonly clock: Clock) {}

  add(served: Served): void {
    this.entries.push({ ...served, at: this.clock.stamp() });
  }

  /** @param from @param to microseconds since 1970; `to` excluded. */
  between(from: number, to: number): readonly TrafficEntry[] {
    return this.entries.filter(({ at }) => at >= from && at < to);
  }
}
