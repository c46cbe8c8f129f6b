import type { LoadedStack } from "../shared/load-stack";
import type { Verified } from "./verified";

export interface ChecklistItem {
  text: string;
  /** Absent where only a person can tell. */
  done?: boolean;
}

/**
 * The runbook's post-rollback checklist: what the software has checked is ticked, the rest is the operator's.
 * @param committed whether git has the stack file as it is; undefined where that cannot be told.
 */
export function postRollbackChecklist(
  stack: LoadedStack,
  verified: readonly Verified[],
  committed?: boolean,
): ChecklistItem[] {
  const all = (...kinds: string[]) => {
    const results = verified.filter(({ about }) => kinds.includes(about)).map(({ result }) => result);
    return results.length > 0 && results.every((result) => result === "yes");
  };
  const has = (kind: string) => verified.some(({ about }) => about === kind);
  // The gate looks for them where it looks at a service's flags; a service that it could not look up is told as such.
  const wereLookedAt = has("flags") && !has("service");
  return [
    { text: "Flags are set as declared on Render", done: all("values") },
    {
      text: "No flag is on that left the catalogue",
      done: wereLookedAt && !has("left-flags"),
    },
    { text: "Every service is live with them", done: all("live") },
    {
      text: "Services report their flags as declared",
      done: all("flags"),
    },
    { text: "Health checks answer", done: all("health") },
    {
      text: "Migrations are as wanted, or kept",
      done: all("schema", "migrations"),
    },
    {
      text: `git has ${stack.file} as it is now (commit it, or the next merge brings the old phase back)`,
      ...(committed === undefined ? {} : { done: committed }),
    },
    ...byHand(stack),
  ];
}

/** What no software here can tell. */
export function byHand({ config }: LoadedStack): ChecklistItem[] {
  const { investigate, immediate } = config.thresholds;
  return [
    {
      text:
        `Watch error rate and response times for 15 minutes (Render: Metrics): investigate above ${investigate.errorRatePercent} % errors ` +
        `or ${investigate.p95Seconds} s at p95, escalate above ${immediate.errorRatePercent} %`,
    },
    {
      text: "Look through the logs for ERROR and WARNING (Render: Logs), and the browser's console for the front end",
    },
    { text: "Try by hand what was broken" },
    { text: "Notify the team and customer support: what went back, since when, what users see now" },
    { text: "Write the log: start and end, what was seen, decisions and their reasons" },
    { text: "Open an issue for the cause before the next attempt" },
  ];
}

export function checklistText(items: readonly ChecklistItem[]): string {
  return items.map(({ text, done }) => `[${done === true ? "x" : " "}] ${text}`).join("\n");
}
