import { pageRows, type PageRow } from "./pages";
import { findIncidents, type Incident } from "../../log/incidents";
import type { RolloutRecord } from "../../log/record";
import { timelineOf, type TimelineEntry } from "../../log/timeline";
import { chartData, type ChartData } from "../charts/chart-data";
import type { ReportNotes } from "../notes";
import { compare, type ComparisonRow } from "./comparison";
import { judgeCriteria, type Criterion } from "./criteria";
import {
  flagRows,
  migrationRows,
  phaseRows,
  rollbackRows,
  type FlagRow,
  type MigrationRow,
  type PhaseRow,
  type RollbackRow,
} from "./rows";
import { standingOf, type Standing } from "./standing";
import { verificationsOf, type Verification } from "./verifications";

/** Everything that a report says, computed from the record and the operators' notes and from nothing else. */
export interface ReportModel {
  project: string;
  stack: string;
  timeZone: string;
  madeAt: string;
  standing: Standing;
  criteria: Criterion[];
  comparison: ComparisonRow[];
  phases: PhaseRow[];
  flags: FlagRow[];
  migrations: MigrationRow[];
  pages: PageRow[];
  verifications: Verification[];
  incidents: Incident[];
  rollbacks: RollbackRow[];
  timeline: TimelineEntry[];
  charts: ChartData;
  notes: ReportNotes;
  gaps: string[];
}

/** Pure: the same record and notes make the same report. */
export function reportModel(record: RolloutRecord, notes: ReportNotes): ReportModel {
  const verifications = verificationsOf(record);
  const standing = standingOf(record);
  return {
    project: record.project,
    stack: record.stack,
    timeZone: record.timeZone,
    madeAt: record.at,
    standing,
    criteria: [...judgeCriteria(record, standing, verifications), reportCompleted(notes, standing)],
    comparison: compare(record, verifications),
    phases: phaseRows(record),
    flags: flagRows(record, verifications),
    migrations: migrationRows(record),
    pages: pageRows(verifications),
    verifications,
    incidents: findIncidents(record),
    rollbacks: rollbackRows(record),
    timeline: timelineOf(record),
    charts: chartData(record, verifications),
    notes,
    gaps: record.gaps,
  };
}

function reportCompleted({ sections, file }: ReportNotes, { state }: Standing): Criterion {
  const open = sections.filter(({ filled }) => !filled).map(({ title }) => title);
  const base = { id: "report", claim: "Post-rollout report completed" };
  if (open.length === 0)
    return { ...base, verdict: "met", evidence: `All ${sections.length} sections of ${file} are filled in.` };
  const verdict = state === "complete" || state === "rolled-back" ? "not-met" : "not-yet";
  return { ...base, verdict, evidence: `To be filled in, in ${file}: ${open.join(", ")}.` };
}
