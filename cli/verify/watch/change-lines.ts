import { DateTime } from "luxon";

import type { Change } from "./changes";

/** "22:41:07 orders down: HTTP 502", and with its date where it was not today. */
export function changeText(
  { at, service, event, text }: Change,
  { timeZone, report }: { timeZone: string; report: { at: string } },
): string {
  const moment = DateTime.fromISO(at, { zone: timeZone });
  const today = moment.hasSame(DateTime.fromISO(report.at, { zone: timeZone }), "day");
  const clock = moment.toFormat(today ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss");
  switch (event) {
    case "down":
      return `${clock} ${service} down: ${text}`;
    case "up":
      return `${clock} ${service} up: ${text}`;
    case "slow":
    case "well":
      return `${clock} response times: ${text}`;
    case "verdict":
    case "gap":
      return `${clock} ${text}`;
  }
}

export function clockText(at: string, timeZone: string): string {
  return DateTime.fromISO(at, { zone: timeZone }).toFormat("HH:mm:ss");
}
