import type { Sample } from "../../../components/probes/latency/sample-endpoints";
import { rowName, type Row } from "../row";
import type { Look } from "../look/look";

/** Looks that a trend shows at the most. */
const SHOWN_LOOKS = 120;

/** Looks whose samples are judged together: at ten seconds each a little more than three minutes. */
const JUDGED_LOOKS = 20;

/** What earlier looks have seen, oldest first. */
export interface History {
  add(look: Look): void;
  /** A row's figures, one a look; null where there was none, or no such row. */
  figures(row: Row): (number | null)[];
  /** Samples that the next look is judged together with. */
  samples(): Sample[];
}

/** @param earlier by endpoint: the figures of earlier watches, oldest first. */
export function createHistory(earlier: Record<string, (number | null)[]> = {}): History {
  let looks: ReadonlyMap<string, number | null>[] = [];
  let samples: Sample[][] = [];
  return {
    add: (look) => {
      looks = [...looks, new Map(look.rows.map((row) => [keyOf(row), row.figure]))].slice(-SHOWN_LOOKS);
      samples = [...samples, look.samples].slice(1 - JUDGED_LOOKS);
    },
    figures: (row) => {
      const before = row.kind === "endpoint" ? earlier[`${row.service ?? ""} ${row.name ?? ""}`] : undefined;
      const own = looks.map((figures) => figures.get(keyOf(row)) ?? null);
      return [...(before ?? []), ...own].slice(-SHOWN_LOOKS);
    },
    samples: () => samples.flat(),
  };
}

function keyOf(row: Row): string {
  return `${row.service ?? ""} ${rowName(row)}`;
}
