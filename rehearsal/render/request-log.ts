/** One request as it came and went. It never holds a header, a body or a query. */
export interface LoggedRequest {
  method: string;
  /** Method and template: `PUT /v1/services/{serviceId}/env-vars/{envVarKey}`; for an unknown path the path itself. */
  route: string;
  /** Name of the service that the path names, if any. */
  service?: string;
  /** 0 while it is being answered, and for ever when the connection was dropped. */
  status: number;
  /** On the stand-in's clock. */
  at: Date;
  /** By this machine's clock, milliseconds since 1970. */
  wallMs: number;
  /** Real milliseconds until the answer. */
  ms?: number;
}

/** Everything that was asked of the stand-in. */
export class RequestLog {
  private readonly requests: LoggedRequest[] = [];
  private readonly refusals: string[] = [];

  begin(request: LoggedRequest): LoggedRequest {
    this.requests.push(request);
    return request;
  }

  /** Notes that a request is none that Render knows. */
  refuse(sentence: string): void {
    this.refusals.push(sentence);
  }

  /** Requests that Render does not know (route, parameter, field), a sentence each: a test wants none. */
  refused(): readonly string[] {
    return [...this.refusals];
  }

  all(): readonly LoggedRequest[] {
    return [...this.requests];
  }

  /** A place in the log, for `since` and `countsSince`. */
  mark(): number {
    return this.requests.length;
  }

  since(mark: number): readonly LoggedRequest[] {
    return this.requests.slice(mark);
  }

  /** How many requests each method and route got. */
  counts(): Record<string, number> {
    return this.countsSince(0);
  }

  countsSince(mark: number): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { route } of this.requests.slice(mark)) counts[route] = (counts[route] ?? 0) + 1;
    return counts;
  }
}
