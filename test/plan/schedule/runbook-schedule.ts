import type { Schedule } from "../../../components/config";

/** The runbook's: off-peak and mid-week. Berlin is UTC+01:00 in winter, UTC+02:00 in summer. */
export const runbookSchedule: Schedule = {
  timeZone: "Europe/Berlin",
  windows: [{ days: ["tuesday", "wednesday", "thursday"], from: "22:00", to: "02:00" }],
  blackouts: [],
  holidays: [],
  fridayRule: true,
};
