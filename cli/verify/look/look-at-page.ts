import { median } from "simple-statistics";

import { loadPage } from "../../../components/probes/page-load";
import { urlWithPath, timeText, type LookPorts } from "./ports";
import type { Row } from "../row";
import type { System, VerifiedService } from "../system";

/** Loads, of which the middle one counts. */
const TURNS = 3;

/** How long the front end takes to load, and whether all of it is there. */
export async function pageRow(
  { name, url, healthPath }: VerifiedService,
  isUp: boolean,
  { investigate }: System["thresholds"],
  { probe, patience }: LookPorts,
): Promise<Row> {
  const limitMs = investigate.p95Seconds * 1000;
  const row = {
    kind: "page" as const,
    service: name,
    name: null,
    wanted: `loads within ${timeText(limitMs)}`,
  };
  if (url === undefined || !isUp)
    return {
      ...row,
      verdict: "could-not-measure",
      seen: "not loaded: the health check did not pass",
      figure: null,
    };
  const times: number[] = [];
  let files = 0;
  while (times.length < TURNS) {
    const load = await loadPage(urlWithPath(url, healthPath), probe, patience.requestMs);
    const [problem, ...others] = load.problems;
    if (problem !== undefined) {
      const more = others.length === 0 ? "" : `, and ${others.length} more`;
      return { ...row, verdict: "fail", seen: `${problem}${more}`, figure: null };
    }
    times.push(load.ms);
    files = load.files;
  }
  const figure = median(times);
  const seen = `${timeText(figure)} with ${files} file${files === 1 ? "" : "s"}`;
  return { ...row, verdict: figure > limitMs ? "warn" : "pass", seen, figure };
}
