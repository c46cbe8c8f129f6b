import type { HttpProbe } from "../../../components/probes/http";
import type { Sample } from "../../../components/probes/latency/sample-endpoints";
import type { Fetch, Sleep } from "../../../components/probes/ports";

/** How long things may take, in milliseconds: somebody waits, and what does not answer has been told by then. */
export interface Patience {
  /** For one answer about health or flags. Render itself gives a health check 5 s. */
  healthMs: number;
  /** For one request to an endpoint, and for one file of a page. */
  requestMs: number;
  /** For all requests to endpoints together; then what is there is judged. */
  samplingMs: number;
}

export const PATIENCE: Patience = { healthMs: 5_000, requestMs: 5_000, samplingMs: 60_000 };

export interface LookPorts {
  probe: HttpProbe;
  fetch: Fetch;
  sleep: Sleep;
  /** Milliseconds on a clock that only moves forward. */
  elapsed: () => number;
  now(): Date;
  patience: Patience;
  /** Ends sampling. */
  signal: AbortSignal;
}

export interface LookOptions {
  /** Requests to each endpoint. */
  samples: number;
  /** Samples of looks before this one: response times and errors are judged together with them. */
  earlier?: readonly Sample[];
}

/** A service's address with a path of the catalogue. */
export function urlWithPath(url: string, path: string): string {
  return new URL(path, url.endsWith("/") ? url : `${url}/`).href;
}

/** `8.2 ms`, `312 ms`, `1.4 s`; a dash for what could not be told. */
export function timeText(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (value >= 10_000) return `${Math.round(value / 100) / 10} s`;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ms`;
}
