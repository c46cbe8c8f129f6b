import type { Clock } from "../clock";
import { newCursor, newId } from "../ids";

export type EventType =
  | "build_started"
  | "build_ended"
  | "deploy_started"
  | "deploy_ended"
  | "job_run_ended"
  | "server_available"
  | "server_failed"
  | "service_suspended"
  | "service_resumed";

export interface ServiceEvent {
  readonly id: string;
  readonly cursor: string;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly type: EventType;
  readonly details: Record<string, unknown>;
}

/** What happened to one service. */
export class EventLog {
  private readonly events: ServiceEvent[] = [];

  constructor(private readonly clock: Clock) {}

  add(type: EventType, details: Record<string, unknown>): void {
    this.events.push({ id: newId("evt"), cursor: newCursor(), at: this.clock.stamp(), type, details });
  }

  newestFirst(): readonly ServiceEvent[] {
    return [...this.events].reverse();
  }
}
