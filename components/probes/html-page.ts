import { cutText } from "../plain-text";

const PAGE = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html)\b/i;
const TITLE = /<title[^>]*>\s*([^<]*?)\s*<\/title>/i;

/**
 * What a body is, where it is a page for people and not a service's own answer: `an HTML page, "502 Bad Gateway"`.
 * Undefined for everything else. A proxy answers with such a page, and so does a site whose routes all lead to its front page.
 */
export function describeHtmlPage(body: string): string | undefined {
  if (!PAGE.test(body.slice(0, 2_000))) return undefined;
  const title = cutText(TITLE.exec(body.slice(0, 20_000))?.[1]?.replace(/\s+/g, " ") ?? "", 80);
  return title === "" ? "an HTML page" : `an HTML page, "${title}"`;
}
