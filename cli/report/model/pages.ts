import type { CheckRecord } from "../../log/record";
import { checksNamed, type Verification } from "./verifications";

/** A page as the newest gate that opened it in a browser has seen it. */
export interface PageRow {
  id: string;
  verdict: string;
  summary: string;
  /** Its times in words; empty where they were not measured. */
  times: string;
  timesVerdict: string | null;
  gate: string;
  /** Name of the picture that this gate kept. */
  picture: string;
}

/** Every page that a gate has opened, in order of their names. */
export function pageRows(verifications: readonly Verification[]): PageRow[] {
  const newest = new Map(
    checksNamed(verifications, "page").map((found) => [found.check.check.slice("page ".length), found]),
  );
  return [...newest]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([id, { verification, check }]) => {
      const times: CheckRecord | undefined = verification.checks.find(
        (each) => each.check === `page-times ${id}`,
      );
      return {
        id,
        verdict: check.verdict,
        summary: check.summary,
        times: times?.summary ?? "",
        timesVerdict: times?.verdict ?? null,
        gate: verification.label,
        picture: `${verification.phase}-${id}.jpg`,
      };
    });
}
