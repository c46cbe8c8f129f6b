import { readRunningFlags, type RunningFlags } from "../../../components/probes/running-flags";
import type { Verdict } from "../../../components/probes/verdict";
import { urlWithPath, type LookPorts } from "./ports";
import type { Row } from "../row";
import type { VerifiedFlag, VerifiedService } from "../system";

/** Each flag as it is declared, on Render and as the service says that it runs; where it cannot say, what Render's word amounts to. */
export async function flagRows(service: VerifiedService, ports: LookPorts): Promise<Row[]> {
  const { name, flags, reports, byRender } = service;
  if (flags.length === 0) return [];
  if (reports !== undefined && "none" in reports && byRender !== undefined)
    return flags.map((flag) => rowByRender(name, flag, byRender));
  const running = await readRunning(service, ports);
  return flags.map((flag) => {
    const runs = running.known ? (running.flags[flag.key] ?? "unknown") : `? (${running.reason})`;
    return flagRow(name, flag, runs, running.known && runs !== "unknown");
  });
}

async function readRunning(
  { url, reports, flags }: VerifiedService,
  ports: LookPorts,
): Promise<RunningFlags> {
  if (reports === undefined) return { known: false, reason: "no reports in the catalogue" };
  if ("none" in reports) return { known: false, reason: reports.none };
  if (url === undefined) return { known: false, reason: "no address" };
  const target = { url: urlWithPath(url, reports.path), report: reports, keys: flags.map(({ key }) => key) };
  return readRunningFlags(target, ports.probe, { timeoutMs: ports.patience.healthMs });
}

function rowByRender(
  service: string,
  { key, declared, onRender }: VerifiedFlag,
  byRender: NonNullable<VerifiedService["byRender"]>,
): Row {
  const differs = declared !== undefined && onRender !== undefined && onRender !== declared;
  const told = [
    ...(declared === undefined ? [] : [`declared ${WORDS[declared] ?? declared}`]),
    ...(onRender === undefined ? [] : [`on Render ${WORDS[onRender] ?? onRender}`]),
  ];
  const verdict = differs && onRender !== "unknown" ? "fail" : byRender.verdict;
  const seen = [...told, byRender.summary].join(", ");
  return { kind: "flag", service, name: key, verdict, seen, wanted: "the same, and live", figure: null };
}

function flagRow(
  service: string,
  { key, declared, onRender }: VerifiedFlag,
  runs: string,
  known: boolean,
): Row {
  const told: [string, string][] = [
    ...(declared === undefined ? [] : [["declared", declared] as [string, string]]),
    ...(onRender === undefined ? [] : [["on Render", onRender] as [string, string]]),
    ["runs", runs],
  ];
  const values = [declared, onRender === "unknown" ? undefined : onRender, known ? runs : undefined];
  const distinct = new Set(values.filter((value) => value !== undefined));
  const verdict: Verdict =
    distinct.size > 1 || onRender === "other"
      ? "fail"
      : !known || onRender === "unknown"
        ? "could-not-measure"
        : "pass";
  const seen = told.map(([where, value]) => `${where} ${WORDS[value] ?? value}`).join(", ");
  const wanted = told.length === 1 ? "told by the service" : "all the same";
  return { kind: "flag", service, name: key, verdict, seen, wanted, figure: null };
}

const WORDS: Record<string, string> = {
  true: "on",
  false: "off",
  other: 'neither "true" nor "false"',
  unknown: "?",
};
