/**
 * Why a database could not be asked, in words that hold neither its address nor its user nor its password: messages of pg
 * and Node may repeat any of them.
 */
export function explainFailure(error: unknown): string {
  const { code, message } = partsOf(error);
  const known = code === undefined ? undefined : (REASONS[code] ?? REASONS[code.slice(0, 2)]);
  if (known !== undefined) return `${known} (${code ?? ""})`;
  if (/timeout expired|connection timeout|timeout exceeded/i.test(message))
    return "it did not answer in time";
  if (/does not support SSL/i.test(message)) return "it has no TLS, which the URL's sslmode asks for";
  if (/Connection terminated|ended/i.test(message)) return "the connection broke";
  if (/^SASL|password/i.test(message)) return "it wants a password, and the one in the URL cannot be used";
  if (code !== undefined && /CERT|TLS|SSL|UNABLE_TO/.test(code))
    return `its TLS certificate was not accepted (${code})`;
  return code === undefined ? "the connection failed in a way that is not known here" : `it answered ${code}`;
}

/** By error code of Node or SQLSTATE; a class of SQLSTATEs by its first two signs. */
const REASONS: Record<string, string> = {
  ENOTFOUND: "the URL's host is not known to DNS",
  EAI_AGAIN: "DNS could not be asked for the URL's host",
  ECONNREFUSED: "nothing listens at the URL's host and port",
  ECONNRESET:
    "the connection was reset; a database with an access list does so with addresses that are not on it",
  EPIPE: "the connection was closed",
  ETIMEDOUT: "it could not be reached in time",
  EHOSTUNREACH: "the URL's host cannot be reached from here",
  ENETUNREACH: "the URL's host cannot be reached from here",
  "08": "the connection broke",
  "28": "it refused the URL's user or password, or how the connection was made",
  "3D": "the URL's database does not exist there",
  "53300": "it has no connection left for anybody",
  "53": "it is short of memory, disk or connections",
  "57P03": "it is starting or shutting down",
  "57P01": "it ended the connection",
  "57": "it ended the query",
  "25006": "it is read-only",
  "55P03": "a lock was not free in time",
  "40": "another transaction was in the way",
  "42501": "the URL's user lacks the rights",
};

function partsOf(error: unknown): { code: string | undefined; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return partsOf(error.errors[0]);
  if (!(error instanceof Error)) return { code: undefined, message: String(error) };
  const code = (error as { code?: unknown }).code;
  return { code: typeof code === "string" ? code : undefined, message: error.message };
}
