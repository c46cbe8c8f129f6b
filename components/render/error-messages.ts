import { DEFAULT_RENDER_API_URL } from "../config/defaults";
import { RenderError, type RenderErrorCode } from "./errors";

/** Where a call was, for its error's message. */
export interface Place {
  method: string;
  /** The template, for `RenderError.route`. */
  route: string;
  /** Below the base URL, without its query: ids and a variable's key, never a value. */
  path: string;
  host: string;
  /** How often it was tried, and for how long in all. */
  attempts: number;
  elapsedMs: number;
}

export interface Refusal {
  status: number;
  requestId: string | undefined;
  apiMessage: string | undefined;
  location: string | undefined;
  /** Why it was not asked again, where it might have been. */
  gaveUp: string | undefined;
}

/** An answer of 300 or more: the three parts are what, Render's own words, and the way out. */
export function requestRefused(place: Place, refusal: Refusal): RenderError {
  const { status, requestId, apiMessage } = refusal;
  const { what, next } = explain(refusal);
  const words = apiMessage === undefined ? "" : ` Render says: "${apiMessage}".`;
  const message = `${what}: ${where(place)} answered HTTP ${status}${named(requestId)}.${words} Next: ${next}`;
  return error("RENDER_REFUSED", message, place, { status, requestId, apiMessage });
}

export function unreachable(place: Place, code: string): RenderError {
  const message =
    `Render could not be reached: ${where(place)} failed with ${meaning(code)}${tries(place)}. ` +
    `Next: check the network${advice(code)} and https://status.render.com, then run the same command again; it looks before it writes.`;
  return error("RENDER_UNREACHABLE", message, place);
}

export function timedOut(place: Place): RenderError {
  const message =
    `Render did not answer in time: ${where(place)}${tries(place)}. ` +
    `Next: see https://status.render.com, then run the same command again; it looks before it writes.`;
  return error("RENDER_TIMEOUT", message, place);
}

export function waitTooLong(place: Place, why: string): RenderError {
  const message =
    `No room within Render's rate limit: ${where(place)} was not sent, because ${why}${tries(place)}. ` +
    `Next: wait a minute, see whether another program uses the same workspace's API, and run the same command again.`;
  return error("RENDER_TIMEOUT", message, place);
}

/** @param how "its connection broke", "HTTP 502 came from a gateway". */
export function answerLost(
  place: Place,
  how: string,
  facts: { status?: number; requestId?: string | undefined } = {},
): RenderError {
  const message =
    `The answer to ${where(place)} was lost: ${how}${named(facts.requestId)}. Render may have executed it, so it was not sent again. ` +
    `Next: look at the service in Render's dashboard, or run the same command again; it looks for what was started first.`;
  return error("RENDER_ANSWER_LOST", message, place, facts);
}

export function unreadable(
  place: Place,
  why: string,
  facts: { status: number; requestId: string | undefined },
): RenderError {
  const message =
    `Render's answer cannot be read: ${where(place)} answered HTTP ${facts.status}${named(facts.requestId)}, but ${why}${again(place)}. ` +
    `Next: check that renderApiUrl is Render's API and nothing in between answers for it; if so, this program must learn the new form.`;
  return error("RENDER_UNREADABLE", message, place, facts);
}

function explain({ status, location, gaveUp }: Refusal): { what: string; next: string } {
  const again = gaveUp === undefined ? "" : ` It was not asked again: ${gaveUp}.`;
  if (status < 400) {
    const target = location === undefined ? "elsewhere" : `to ${location}`;
    return {
      what: `Render's address sends on ${target}, which is not followed because it would carry the key there`,
      next: `set renderApiUrl to the API's own address (${DEFAULT_RENDER_API_URL}).`,
    };
  }
  if (status >= 500) {
    return {
      what: "Render has a problem of its own",
      next: `see https://status.render.com, then run the same command again; it looks before it writes.${again}`,
    };
  }
  const known = refusals[status] ?? {
    what: "Render refused the request",
    next: "run the same command again; if it stays so, ask Render's support with the request id.",
  };
  return { what: known.what, next: `${known.next}${again}` };
}

/** @source API reference: the codes that its operations declare. */
const refusals: Record<number, { what: string; next: string }> = {
  400: {
    what: "Render did not accept the request",
    next: "correct what it names in config; if config is right, its plan or its API may not allow it.",
  },
  401: {
    what: "the API key was refused",
    next: "create one in Render's Account Settings, set it with `pulumi config set --secret renderApiKey` or RENDER_API_KEY, and run again.",
  },
  402: { what: "Render asks for payment", next: "see the workspace's billing page in Render's dashboard." },
  403: {
    what: "the API key's user may not do this",
    next: "in a protected environment only admins change variables: use an admin's key, or ask one to do it.",
  },
  404: {
    what: "Render does not know it",
    next: "check the id in config, and that the API key belongs to a member of the workspace it is in.",
  },
  406: {
    what: "Render cannot do this with the resource as it is",
    next: "see the resource in Render's dashboard.",
  },
  409: {
    what: "something else is changing the same resource",
    next: "wait until that is over and run the same command again.",
  },
  410: { what: "it was deleted", next: "correct the id in config, or create it again on Render." },
  413: { what: "the request is too large for Render", next: "make the value shorter." },
  429: {
    what: "Render's rate limit was hit",
    next: "wait a minute, see whether another program uses the same workspace's API, and run the same command again.",
  },
};

function where({ method, path, host }: Place): string {
  return `${method} ${path} at ${host}`;
}

function tries({ attempts, elapsedMs }: Place): string {
  const seconds = Math.round(elapsedMs / 100) / 10;
  return attempts > 1
    ? ` (${attempts} attempts in ${seconds} s)`
    : attempts === 1
      ? ` (after ${seconds} s)`
      : "";
}

function again({ attempts }: Place): string {
  return attempts > 1 ? `, ${attempts} times` : "";
}

function named(requestId: string | undefined): string {
  return requestId === undefined ? "" : ` (request ${requestId})`;
}

/** What the commoner codes of Node and undici mean; the code itself stays, to search for. */
function meaning(code: string): string {
  const words: Record<string, string> = {
    ECONNREFUSED: "nothing listening there",
    ENOTFOUND: "a name that does not resolve",
    EAI_AGAIN: "a name server that did not answer",
    ECONNRESET: "a broken connection",
    UND_ERR_SOCKET: "a broken connection",
    UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  };
  const meant = words[code] ?? (isCertificate(code) ? "a certificate that is not trusted" : undefined);
  return meant === undefined ? code : `${meant} (${code})`;
}

function advice(code: string): string {
  if (isCertificate(code)) return ", what stands between you and Render (NODE_EXTRA_CA_CERTS),";
  return code === "ENOTFOUND" ? ", renderApiUrl" : "";
}

/** Codes of connections that no repeat will mend. @source Node.js documentation, "X509 certificate error codes". */
export function isCertificate(code: string): boolean {
  return /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/.test(code);
}

function error(
  code: RenderErrorCode,
  message: string,
  { method, route }: Place,
  facts: { status?: number; requestId?: string | undefined; apiMessage?: string | undefined } = {},
): RenderError {
  return new RenderError({ code, message, method, route, ...facts });
}
