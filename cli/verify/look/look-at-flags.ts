import { readRunningFlags } from "../../../components/probes/running-flags";
import type { Verdict } from "../../../components/probes/verdict";
import { urlWithPath, type LookPorts } from "./ports";
import type { Row } from "../row";
import type { VerifiedFlag, VerifiedService } from "../system";

/** Each flag as it is declared, on Render and as the service says that it runs. */
export async function flagRows(
  { name, url, flagsPath, flags }: VerifiedService,
  ports: LookPorts,
): Promise<Row[]> {
  if (flags.length === 0) return [];
  const running = await readRunning(url, flagsPath, ports);
  return flags.map((flag) => {
    const runs = running.known ? (running.flags[flag.key] ?? "false") : `? (${running.reason})`;
    return flagRow(name, flag, runs, running.known);
  });
}

async function readRunning(url: string | undefined, flagsPath: string | undefined, ports: LookPorts) {
  if (flagsPath === undefined) return { known: false as const, reason: "no flagsPath in the catalogue" };
  if (url === undefined) return { known: false as const, reason: "no address" };
  return readRunningFlags(urlWithPath(url, flagsPath), ports.probe, { timeoutMs: ports.patience.healthMs });
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
