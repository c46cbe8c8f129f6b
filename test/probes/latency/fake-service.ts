import type { Clock, Fetch, Sleep } from "../../../components/probes/ports";

/** Time that passes only when something takes it. */
export class FakeTime {
  ms = 0;
  readonly slept: number[] = [];
  readonly clock: Clock = {
    now: () => new Date(Date.UTC(2026, 10, 24, 21, 0) + this.ms),
    monotonicMs: () => this.ms,
  };
  readonly sleep: Sleep = async (ms) => {
    this.slept.push(ms);
    this.ms += ms;
  };
}

export interface FakeAnswer {
  /** Milliseconds that the answer takes. */
  ms?: number;
  status?: number;
  body?: string;
  /** Thrown instead of an answer. */
  problem?: Error;
}

/** Answers every request by a function of its URL and its number (from 0), and keeps the list of what was asked. */
export function fakeService(time: FakeTime, answer: (url: string, number: number) => FakeAnswer) {
  const asked: string[] = [];
  const fetch: Fetch = async (url, { method }) => {
    const { ms = 10, status = 200, body = "{}", problem } = answer(url, asked.length);
    asked.push(`${method} ${url}`);
    time.ms += ms;
    if (problem) throw problem;
    return { status, text: async () => body };
  };
  return { asked, fetch };
}

/** As undici throws it: the code is in the cause. */
export function fetchFailed(code: string): Error {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
}
