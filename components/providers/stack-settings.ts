import { DEFAULT_THRESHOLDS } from "../config/defaults";
import { resolveSchedule, resolveTelegram } from "../config/resolve-gates";
import type { Schedule, Telegram } from "../config/types";
import type { WrittenConfig } from "../config/schema/config-schema";
import type { ConfigReader } from "./verbs";

/** What every effect has to know of the stack, whatever resource it belongs to. */
export interface StackSettings {
  schedule: Schedule | undefined;
  telegram: Telegram | undefined;
  /** Milliseconds. */
  telegramThresholdMs: number;
}

/** Reads the values that the program has checked already: maps are JSON text here. */
export function readStackSettings(config: ConfigReader): StackSettings {
  const map = <K extends keyof WrittenConfig>(key: K): WrittenConfig[K] | undefined => {
    const text = config.get(key);
    return text === undefined || text === "" ? undefined : (JSON.parse(text) as WrittenConfig[K]);
  };
  const scheduleOverride = config.get("scheduleOverride");
  const timeZone = config.get("timeZone");
  const telegramSeconds = map("thresholds")?.telegramSeconds ?? DEFAULT_THRESHOLDS.telegramSeconds;
  return {
    schedule: resolveSchedule({ schedule: map("schedule"), scheduleOverride, timeZone }),
    telegram: resolveTelegram(map("telegram")),
    telegramThresholdMs: telegramSeconds * 1000,
  };
}
