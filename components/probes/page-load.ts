import { describeHtmlPage } from "./html-page";
import type { HttpProbe, ProbeAnswer } from "./http";

export interface PageLoad {
  /** Milliseconds until the page and everything that it needs at once were there, or until it was clear that they are not. */
  ms: number;
  /** Files that the page names. */
  files: number;
  /** What could not be loaded, a few words each; empty when the page is whole. */
  problems: string[];
}

/** A page that names more files than this is no page of ours. */
const MOST_FILES = 60;

/** How much of one file is read. Bundles are larger than what probes usually read. */
const MOST_BYTES = 20 * 1024 * 1024;

/**
 * Loads a page as a browser without a cache would begin to: the document, then its scripts and styles side by side. What
 * scripts load later, and the time they run, is not in it. Redirects are not followed: they are named as what they are.
 * @param timeoutMs for each file.
 */
export async function loadPage(url: string, probe: HttpProbe, timeoutMs = 15_000): Promise<PageLoad> {
  const { page, files } = await fetchPage(url, probe, timeoutMs);
  const problem = problemOf(page) ?? notAPage(page);
  if (problem !== undefined) return { ms: page.ms, files: 0, problems: [`${pathOf(url)}: ${problem}`] };
  const problems = files.flatMap(({ url: file, answer }) => {
    const wrong = problemOf(answer) ?? pageInstead(answer);
    return wrong === undefined ? [] : [`${pathOf(file)}: ${wrong}`];
  });
  return {
    ms: page.ms + Math.max(0, ...files.map(({ answer }) => answer.ms)),
    files: files.length,
    problems,
  };
}

/** A page and the files of its own origin that it names; none where it is no page. */
export async function fetchPage(
  url: string,
  probe: HttpProbe,
  timeoutMs = 15_000,
): Promise<{ page: ProbeAnswer; files: { url: string; answer: ProbeAnswer }[] }> {
  const load = (file: string) => probe({ url: file, timeoutMs, maxBytes: MOST_BYTES });
  const page = await load(url);
  if (!page.answered || (problemOf(page) ?? notAPage(page)) !== undefined) return { page, files: [] };
  const files = filesOf(page.body, url);
  return {
    page,
    files: await Promise.all(files.map(async (file) => ({ url: file, answer: await load(file) }))),
  };
}

/** Scripts and styles of the page's own origin; others' are not what a deploy of ours changes. */
function filesOf(html: string, base: string): string[] {
  const { origin } = new URL(base);
  const named = [...html.matchAll(/<(script|link)\b[^>]*>/gi)].flatMap(([tag, name = ""]) => {
    const file = name.toLowerCase() === "script" ? scriptOf(tag) : styleOf(tag);
    return file !== undefined && URL.canParse(file, base) ? [new URL(file, base)] : [];
  });
  // A part after "#" is never sent.
  const own = named.filter((file) => file.origin === origin).map(({ href }) => href.replace(/#.*$/, ""));
  return [...new Set(own)].slice(0, MOST_FILES);
}

/** Today's browsers leave out what is marked for old ones. */
function scriptOf(tag: string): string | undefined {
  return /\snomodule\b/i.test(tag) ? undefined : attribute(tag, "src");
}

function styleOf(tag: string): string | undefined {
  const loads = (attribute(tag, "rel") ?? "").split(/\s+/).some((word) => LOADING.test(word));
  return loads ? attribute(tag, "href") : undefined;
}

const LOADING = /^(stylesheet|modulepreload|preload)$/i;

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^"'\\s>]+))`, "i").exec(tag);
  const value = found?.slice(1).join("");
  return value?.trim().replaceAll("&amp;", "&");
}

function problemOf(answer: ProbeAnswer): string | undefined {
  if (!answer.answered) return answer.error;
  const { status } = answer;
  if (status >= 300 && status < 400) return `HTTP ${status}, a redirect to somewhere else`;
  return status >= 200 && status < 300 ? undefined : `HTTP ${status}`;
}

function notAPage(answer: ProbeAnswer): string | undefined {
  return answer.answered && describeHtmlPage(answer.body) === undefined ? "not an HTML page" : undefined;
}

/** A site whose routes all lead to its front page answers so for a file that the deploy has left out. */
function pageInstead(answer: ProbeAnswer): string | undefined {
  const page = answer.answered ? describeHtmlPage(answer.body) : undefined;
  return page === undefined ? undefined : `${page}, instead of the file`;
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}
