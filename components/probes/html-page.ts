import { cutText } from "../plain-text";

const BEGIN = /^<(?:!doctype\s+html|html)\b/i;
const TITLE = /<title[^<>]*>([^<]*)<\/title>/i;

/**
 * What a body is, where it is a page for people and not a service's own answer: `an HTML page, "502 Bad Gateway"`.
 * Undefined for everything else. A proxy answers with such a page, and so does a site whose routes all lead to its front page.
 */
export function describeHtmlPage(body: string): string | undefined {
  if (!BEGIN.test(withoutProlog(body.slice(0, 2_000)))) return undefined;
  const title = TITLE.exec(body.slice(0, 20_000))?.[1]?.replaceAll(/\s+/g, " ").trim() ?? "";
  return title === "" ? "an HTML page" : `an HTML page, "${cutText(title, 80)}"`;
}

/** By hand, as an expression for any number of comments takes a lifetime for thirty of them and no page behind. */
function withoutProlog(text: string): string {
  let rest = text.trimStart().replace(/^<\?xml[^>]*>/i, "");
  for (;;) {
    rest = rest.trimStart();
    const end = rest.startsWith("<!--") ? rest.indexOf("-->", 4) : -1;
    if (end < 0) return rest;
    rest = rest.slice(end + 3);
  }
}
