import type { CheckResult, Verdict } from "../../../components/probes/verdict";
import type { OpenPages } from "../../shared/open-pages";
import type { Row } from "../row";
import type { System, VerifiedPage } from "../system";
import { timeText, urlWithPath } from "./ports";

/** The catalogue's pages of the phases reached, each opened in a browser. One that could not be opened is not known, never well. */
export async function openedPageRows(
  { pages = [], services, baseline }: System,
  openPages: OpenPages,
  at: Date,
): Promise<Row[]> {
  if (pages.length === 0) return [];
  const urlOf = ({ renderName, path }: VerifiedPage) => {
    const url = services.find(({ name }) => name === renderName)?.url;
    return url === undefined ? undefined : urlWithPath(url, path);
  };
  const opened = pages.flatMap(({ renderName, path, ...page }) => {
    const url = urlOf({ renderName, path, ...page });
    const before = baseline?.pages?.[page.id];
    return url === undefined ? [] : [{ ...page, url, ...(before === undefined ? {} : { baseline: before }) }];
  });
  const seen = opened.length === 0 ? undefined : await openPages(opened, at);
  return pages.map((page): Row => {
    const row = rowOf(page);
    if (urlOf(page) === undefined || seen === undefined)
      return { ...row, verdict: "could-not-measure", seen: "not opened: it has no address here" };
    if ("because" in seen) return { ...row, verdict: "no-data", seen: `not opened: ${seen.because}` };
    return { ...row, ...judged(seen.checks.get(page.id) ?? []) };
  });
}

function rowOf({ id, renderName, withinSeconds }: VerifiedPage): Omit<Row, "verdict" | "seen"> {
  return {
    kind: "page",
    service: renderName,
    name: id,
    wanted: `opens in a browser without an error within ${timeText(withinSeconds * 1000)}`,
    figure: null,
  };
}

const WORST_FIRST: readonly Verdict[] = [
  "fail",
  "could-not-measure",
  "warn",
  "inconclusive",
  "no-data",
  "pass",
];

/** A page's look and its times as one row: the worse verdict, both sentences. */
function judged(checks: readonly CheckResult[]): Pick<Row, "verdict" | "seen"> {
  const verdict = WORST_FIRST.find((each) => checks.some((check) => check.verdict === each)) ?? "no-data";
  return { verdict, seen: checks.map(({ summary }) => summary).join("; ") || "not opened" };
}
