import type { HttpProbe } from "./http";

export interface PageLoad {
  /** Milliseconds until the page and everything that it needs at once were there. */
  ms: number;
  /** Files that the page names. */
  files: number;
  /** What could not be loaded, a few words each; empty when the page is whole. */
  problems: string[];
}

/** A browser's own limit for one origin is six at a time; more files than this are no page of ours. */
const MOST_FILES = 60;

/**
 * Loads a page as a browser without a cache would begin to: the document, then its scripts and styles side by side. What
 * scripts load later, and the time they run, is not in it.
 */
export async function loadPage(url: string, probe: HttpProbe, timeoutMs = 15_000): Promise<PageLoad> {
  const page = await probe({ url, timeoutMs });
  const problem = problemOf(page);
  if (problem !== undefined)
    return { ms: page.ms, files: 0, problems: [`${new URL(url).pathname}: ${problem}`] };
  const needed = page.answered ? filesOf(page.body, url) : [];
  const answers = await Promise.all(needed.map((file) => probe({ url: file, timeoutMs })));
  const problems = answers.flatMap((answer, index) => {
    const wrong = problemOf(answer);
    return wrong === undefined ? [] : [`${new URL(needed[index] ?? url).pathname}: ${wrong}`];
  });
  return { ms: page.ms + Math.max(0, ...answers.map(({ ms }) => ms)), files: needed.length, problems };
}

/** Scripts and styles of the page's own origin; others' are not what a deploy of ours changes. */
function filesOf(html: string, base: string): string[] {
  const named = [...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)\s*=\s*["']?([^"'\s>]+)/gi)]
    .filter(
      ([tag]) =>
        !tag.startsWith("<link") ||
        /rel\s*=\s*["']?(stylesheet|modulepreload|preload)/i.test(tagAround(html, tag)),
    )
    .map(([, file = ""]) => new URL(file, base));
  return [
    ...new Set(named.filter(({ origin }) => origin === new URL(base).origin).map(({ href }) => href)),
  ].slice(0, MOST_FILES);
}

/** The match may end before `rel`. */
function tagAround(html: string, begun: string): string {
  const from = html.indexOf(begun);
  return html.slice(from, html.indexOf(">", from) + 1);
}

function problemOf(answer: Awaited<ReturnType<HttpProbe>>): string | undefined {
  if (!answer.answered) return answer.error;
  return answer.status >= 200 && answer.status < 400 ? undefined : `HTTP ${answer.status}`;
}
