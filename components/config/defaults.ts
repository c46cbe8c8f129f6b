import type { GateRules, Schedule, Thresholds } from "./types";

/** What holds where config says nothing; the schema's descriptions name the same values. */
export const DEFAULT_TIME_ZONE = "Europe/Berlin";
export const DEFAULT_RENDER_API_URL = "https://api.render.com/v1";
export const DEFAULT_DEPLOY_TIMEOUT = "30 minutes";
export const DEFAULT_COMMAND_TIMEOUT = "15 minutes";

export const DEFAULT_THRESHOLDS: Thresholds = {
  advance: {
    ...{ errorRatePercent: 1, latencyIncreasePercent: 10 },
    ...{ p50Seconds: 0.5, p95Seconds: 1, p99Seconds: 2 },
  },
  investigate: {
    ...{ errorRatePercent: 2, p95Seconds: 2, memoryPercent: 75, cpuPercent: 90 },
    ...{ errorLinesPerMinute: 1, clientErrorIncreasePercent: 2 },
    ...{ connectionsPercent: 75, notificationFailurePercent: 5 },
  },
  immediate: {
    ...{ errorRatePercent: 5, p95Seconds: 3, memoryPercent: 90 },
    ...{ errorLinesPerMinute: 10, clientErrorIncreasePercent: 10 },
  },
  telegramSeconds: 5,
};

/** A gate that knows nothing stays shut. */
export const DEFAULT_GATE_RULES: GateRules = {
  couldNotMeasure: "fail",
  noData: "fail",
  inconclusive: "fail",
};

/** What a page in a browser may need on a phone's network, and how much longer than before. */
export const DEFAULT_PAGE = { withinSeconds: 3, growthPercent: 50 };

/** Words that make a line of a log critical, whatever its level says. */
export const DEFAULT_CRITICAL_LOGS = ["CRITICAL", "FATAL"];

export const DEFAULT_TELEGRAM_API_URL = "https://api.telegram.org";

/** Spread and patience of gates that measure; how many samples depends on how many endpoints there are. */
export const DEFAULT_SAMPLING = { spread: "1 minute", timeout: "10 seconds", warmUp: 20, batches: 4 };

/** The runbook's: off-peak and mid-week. */
export const DEFAULT_WINDOWS: Schedule["windows"] = [
  { days: ["tuesday", "wednesday", "thursday"], from: "22:00", to: "02:00" },
];
