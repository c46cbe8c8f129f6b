import type { GateRules, Thresholds } from "./types";

/** What holds where config says nothing; the schema's descriptions name the same values. */
export const DEFAULT_TIME_ZONE = "Europe/Berlin";
export const DEFAULT_RENDER_API_URL = "https://api.render.com/v1";
export const DEFAULT_DEPLOY_TIMEOUT = "30 minutes";
export const DEFAULT_COMMAND_TIMEOUT = "15 minutes";

export const DEFAULT_THRESHOLDS: Thresholds = {
  advance: { errorRatePercent: 1, latencyIncreasePercent: 10 },
  investigate: { errorRatePercent: 2, p95Seconds: 2 },
  immediate: { errorRatePercent: 5 },
  telegramSeconds: 5,
};

/** A gate that knows nothing stays shut. */
export const DEFAULT_GATE_RULES: GateRules = {
  couldNotMeasure: "fail",
  noData: "fail",
  inconclusive: "fail",
};
