import { DEFAULT_RENDER_API_URL } from "../config/defaults";
import { RolloutError } from "../errors";

/**
 * Where Render's API is. The key goes there with every request, so the connection must be encrypted, unless it never
 * leaves this machine.
 * @throws RolloutError RENDER_URL_INVALID
 */
export function parseBaseUrl(text: string = DEFAULT_RENDER_API_URL): URL {
  if (!URL.canParse(text)) throw invalid(`is not a URL`);
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") throw invalid("must not hold a user or a password");
  if (url.search !== "" || url.hash !== "") throw invalid("must not have a query or a fragment");
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return url;
  throw invalid(
    `(${url.protocol}//${url.host}) must start with https://, because the API key is sent there; http:// is for this machine alone`,
  );
}

/**
 * @returns the key without the blanks around it, which pasting brings.
 * @throws RolloutError RENDER_KEY_INVALID, without the key.
 */
export function parseApiKey(text: string): string {
  const key = text.trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new RolloutError(
    "RENDER_KEY_INVALID",
    `The Render API key is ${key === "" ? "empty" : "not one word of plain characters"}. Copy it again from Render's Account Settings, then ` +
      "`pulumi config set --secret renderApiKey`, or export RENDER_API_KEY.",
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

function invalid(why: string): RolloutError {
  return new RolloutError(
    "RENDER_URL_INVALID",
    `renderApiUrl ${why}. Next: leave it out for Render itself (${DEFAULT_RENDER_API_URL}).`,
  );
}
