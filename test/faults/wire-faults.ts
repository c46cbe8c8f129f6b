import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** What a healthy server would do now: the effect once, and its answer. */
export interface HealthyAnswer {
  status: number;
  json: unknown;
}

/** The wire at the moment of one request. */
export interface Wire {
  response: ServerResponse;
  /** Does what the request asks for; each call is one more effect. */
  act(): HealthyAnswer;
  /** Where a redirect leads: a server that must never hear from us. */
  elsewhere: string;
  /** Ends with the case. */
  every(ms: number, action: () => void): void;
  later(ms: number, action: () => void): void;
}

export interface WireFault {
  name: string;
  /** Requests that it strikes; one by default: what comes after it is healthy. */
  times?: number;
  /** Whether a request that may be repeated gets through in the end, by repeats alone. */
  passes: boolean;
  /** Whether what is answered is an answer all the same, and the call succeeds. */
  harmless?: boolean;
  /** What arrives is whole and of status 2xx, whatever it says. */
  whole?: boolean;
  /** Only for lists. */
  lists?: boolean;
  /** Nobody listens at all. */
  refused?: boolean;
  strike?(wire: Wire): void;
}

const FOR_EVER = 1_000;

export const WIRE_FAULTS: WireFault[] = [
  { name: "refused", passes: false, refused: true },
  {
    name: "reset before the server did the work",
    passes: true,
    strike: ({ response }) => response.socket?.resetAndDestroy(),
  },
  {
    name: "reset after the server did the work",
    passes: true,
    strike: ({ response, act }) => {
      act();
      response.socket?.resetAndDestroy();
    },
  },
  {
    name: "closed without a word, after the work",
    passes: true,
    strike: ({ response, act }) => {
      act();
      response.socket?.end();
    },
  },
  { name: "no answer, nothing done", passes: true, strike: () => undefined },
  {
    name: "no answer, all done",
    passes: true,
    strike: ({ act }) => {
      act();
    },
  },
  {
    name: "slow",
    passes: true,
    harmless: true,
    whole: true,
    strike: ({ response, act, later }) => {
      const answer = act();
      later(60, () => {
        send(response, answer);
      });
    },
  },
  {
    name: "dripping without end",
    passes: true,
    strike: ({ response, act, every }) => {
      act();
      response.writeHead(200, { "content-type": "application/json" });
      every(20, () => response.write(" "));
    },
  },
  rateLimited("429, in seconds", { "retry-after": "7" }),
  rateLimited("429, with a date", { "retry-after": "Tue, 24 Nov 2026 21:00:09 GMT" }),
  rateLimited("429, by the window's reset", { "ratelimit-reset": "11" }),
  rateLimited("429, without a hint", {}),
  rateLimited("429, with nonsense for a time", { "retry-after": "soon" }),
  { ...rateLimited("429, for three thousand years", { "retry-after": "99999999999" }), passes: false },
  { ...rateLimited("429, without end", { "retry-after": "5" }), times: FOR_EVER, passes: false },
  refusal(500, { message: "internal server error" }, true),
  {
    name: "500, although the work was done",
    passes: true,
    strike: ({ response, act }) => {
      act();
      send(response, { status: 500, json: { message: "internal server error" } });
    },
  },
  {
    name: "502, a gateway's page",
    passes: true,
    strike: ({ response }) => {
      response.writeHead(502, { "content-type": "text/html" }).end("<html>Bad gateway</html>");
    },
  },
  refusal(503, { message: "service unavailable" }, true, { "retry-after": "2" }),
  {
    name: "504, although the work was done",
    passes: true,
    strike: ({ response, act }) => {
      act();
      response.writeHead(504, { "content-type": "text/html" }).end("<html>Gateway timeout</html>");
    },
  },
  { ...refusal(500, { message: "internal server error" }, false), name: "500, without end", times: FOR_EVER },
  refusal(400, { message: "invalid request" }),
  refusal(401, { message: "Unauthorized" }),
  refusal(403, { message: "forbidden" }),
  refusal(404, { message: "not found" }),
  refusal(409, { message: "conflict" }),
  refusal(410, { message: "gone" }),
  {
    name: "cut short on the wire, after the work",
    passes: true,
    strike: ({ response, act }) => {
      const text = JSON.stringify(act().json);
      response.writeHead(200, { "content-type": "application/json", "content-length": text.length + 100 });
      response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.socket?.destroy());
    },
  },
  unreadable("a whole answer that is half its JSON", (text) => text.slice(0, Math.ceil(text.length / 2))),
  unreadable("not JSON", () => "OK", { "content-type": "text/plain" }),
  unreadable("nothing at all, at 200", () => ""),
  // Whole JSON that we do not understand would not be understood the next time either.
  { ...unreadable("null", () => "null"), passes: false },
  { ...unreadable("another shape", () => '{"surprise": [1, 2, 3]}'), passes: false },
  unreadable("JSON with a mark before it", (text) => `)]}'\n${text}`),
  {
    ...unreadable("a captive portal's page at 200, nothing done", () => PORTAL, {
      "content-type": "text/html",
    }),
    times: FOR_EVER,
    passes: false,
    strike: ({ response }) => {
      response.writeHead(200, { "content-type": "text/html" }).end(PORTAL);
    },
  },
  {
    name: "a captive portal's page at 200, once",
    passes: true,
    whole: true,
    strike: ({ response }) => {
      response.writeHead(200, { "content-type": "text/html" }).end(PORTAL);
    },
  },
  {
    ...unreadable("huge: 40 MB of blanks", (text) => text + " ".repeat(40_000_000)),
    whole: false,
    passes: false,
  },
  {
    name: "a bomb: 60 MB in 60 kB of gzip",
    passes: true,
    whole: true,
    strike: ({ response, act }) => {
      act();
      BOMB ??= gzipSync(Buffer.alloc(60_000_000, " "));
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(BOMB);
    },
  },
  { name: "pages without end", passes: false, lists: true, times: FOR_EVER, strike: endlessPage },
  {
    name: "redirected elsewhere",
    times: FOR_EVER,
    passes: false,
    strike: ({ response, elsewhere }) => {
      response.writeHead(302, { location: elsewhere }).end();
    },
  },
  {
    name: "redirected elsewhere, method and body kept",
    times: FOR_EVER,
    passes: false,
    strike: ({ response, elsewhere }) => {
      response.writeHead(307, { location: elsewhere }).end();
    },
  },
  changed("a word that nobody has heard of", (key, value) =>
    ["status", "type", "suspended", "trigger", "level"].includes(key) && typeof value === "string"
      ? "quantum"
      : value,
  ),
  changed("fields that nobody knows", (_key, value) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? { ...value, brandNew: { since: 2027, list: [null] } }
      : value,
  ),
  changed(
    "a field is missing",
    (key, value) => (["id", "name", "key"].includes(key) ? undefined : value),
    false,
  ),
  changed("a field is null", (key, value) => (["id", "name", "key"].includes(key) ? null : value), false),
  changed(
    "a field is of another kind",
    (key, value) => (["id", "name", "key", "logs"].includes(key) ? { a: 1 } : value),
    false,
  ),
];

let BOMB: Buffer | undefined;
const PORTAL = "<!doctype html><title>Welcome to the hotel</title><form>Room number: <input></form>";

export function send(
  response: ServerResponse,
  { status, json }: HealthyAnswer,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "content-type": "application/json",
    date: "Tue, 24 Nov 2026 21:00:00 GMT",
    "x-request-id": "api-7767dddd75-m2trm/tatrYy6WLK-002273",
    ...headers,
  });
  response.end(json === undefined ? "" : JSON.stringify(json));
}

function rateLimited(name: string, headers: Record<string, string>): WireFault {
  return {
    name,
    passes: true,
    strike: ({ response }) => {
      send(response, { status: 429, json: { message: "rate limit exceeded" } }, headers);
    },
  };
}

function refusal(
  status: number,
  json: unknown,
  passes = false,
  headers: Record<string, string> = {},
): WireFault {
  return {
    name: String(status),
    times: passes ? 1 : FOR_EVER,
    passes,
    strike: ({ response }) => {
      send(response, { status, json }, headers);
    },
  };
}

/** The work is done, and the answer is none that can be read. */
function unreadable(
  name: string,
  spoil: (text: string) => string,
  headers: Record<string, string> = {},
): WireFault {
  return {
    name,
    passes: true,
    whole: true,
    strike: ({ response, act }) => {
      const { status, json } = act();
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(spoil(json === undefined ? "" : JSON.stringify(json)));
    },
  };
}

/** The work is done, and the answer is a little different from any that was seen. */
function changed(name: string, change: (key: string, value: unknown) => unknown, harmless = true): WireFault {
  return {
    name,
    passes: true,
    harmless,
    whole: true,
    strike: ({ response, act }) => {
      const { status, json } = act();
      send(response, {
        status,
        json: walk("", json, change),
      });
    },
  };
}

function walk(key: string, value: unknown, change: (key: string, value: unknown) => unknown): unknown {
  const now = change(key, value);
  if (now !== value || typeof value !== "object" || value === null) {
    return now;
  }
  if (Array.isArray(value)) return value.map((each) => walk("", each, change));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(name, each, change)]));
}

let cursors = 0;
function endlessPage({ response, act }: Wire): void {
  const { status, json } = act();
  const rows = (Array.isArray(json) ? json : []) as Record<string, unknown>[];
  const page = Array.from({ length: 100 }, (_, index) => ({
    ...rows[index % Math.max(1, rows.length)],
    cursor: `c${(cursors += 1)}`,
  }));
  send(response, { status, json: Array.isArray(json) ? page : { ...(json as object), hasMore: true } });
}
