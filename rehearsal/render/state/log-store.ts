import type { Clock } from "../clock";
import { newId } from "../ids";

export interface LogEntry {
  readonly id: string;
  /** Microseconds since 1970; no two are equal. */
  readonly at: number;
  /** From when on the API shows it, likewise; Infinity = never. */
  readonly visibleAt: number;
  readonly message: string;
  /** resource, instance, type, level, and for requests host, method, path, statusCode. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface LogLine {
  message: string;
  /** Id of the service or the job. */
  resource: string;
  type: "app" | "build" | "request";
  instance?: string;
  /** Default: as the words of the message say. */
  level?: string;
  labels?: Record<string, string>;
  /** The line is lost on its way. */
  lost?: boolean;
}

/** Every line that anything printed, with Render's labels. */
export class LogStore {
  private readonly entries: LogEntry[] = [];

  /** @param lagMs how late a line arrives, in milliseconds of the clock. */
  constructor(
    private readonly clock: Clock,
    private readonly lagMs: number,
  ) {}

  add(line: LogLine): void {
    const at = this.clock.stamp();
    const labels: Record<string, string> = {
      resource: line.resource,
      type: line.type,
      level: line.level ?? levelOf(line.message),
    };
    if (line.instance !== undefined) labels["instance"] = line.instance;
    this.entries.push({
      id: newId("log"),
      at,
      visibleAt: line.lost === true ? Infinity : at + this.lagMs * 1000,
      message: line.message,
      labels: { ...labels, ...line.labels },
    });
  }

  /** What has arrived by now, oldest first. */
  arrived(): readonly LogEntry[] {
    const now = this.clock.ms() * 1000;
    return this.entries.filter(({ visibleAt }) => visibleAt <= now + 1000);
  }
}

/** Render reads the level out of the text: a JSON line's own field, else the first word that names one. */
function levelOf(message: string): string {
  const named = /^\{.*"level":\s*"(\w+)"/.exec(message)?.[1];
  const word = (
    named ??
    /\b(critical|fatal|error|warn(?:ing)?|debug)\b/i.exec(message)?.[1] ??
    "info"
  ).toLowerCase();
  if (word === "fatal") return "critical";
  return word === "warn" ? "warning" : word;
}
