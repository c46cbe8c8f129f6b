import {
  DEFAULT_COMMAND_TIMEOUT,
  DEFAULT_CRITICAL_LOGS,
  DEFAULT_PAGE,
  DEFAULT_SAMPLING,
  DEFAULT_TELEGRAM_API_URL,
  DEFAULT_TIME_ZONE,
  DEFAULT_WINDOWS,
} from "./defaults";
import { secondsOf } from "./durations";
import { given } from "./given";
import { PHASES } from "./phases";
import type { WrittenConfig } from "./schema/config-schema";
import { parseReasoned } from "./signatures";
import type {
  PageCheck,
  Prerequisite,
  Sampling,
  Schedule,
  SmokeCommand,
  SmokeStep,
  SmokeTest,
  StackConfig,
  Telegram,
  VisibleParts,
} from "./types";

type GateConfig = Pick<
  StackConfig,
  | "smoke"
  | "smokeCommand"
  | "pages"
  | "prerequisites"
  | "criticalLogs"
  | "notifications"
  | "schedule"
  | "sampling"
  | "telegram"
  | "rebaseline"
>;

/** What gates ask and how, with every default filled in. */
export function resolveGates(written: WrittenConfig): GateConfig {
  return given({
    smoke: byName(written.smoke).map(([id, test]): SmokeTest =>
      given({
        id,
        phase: test.phase,
        serviceKey: test.service,
        ...resolveStep(test),
        times: test.times === undefined ? undefined : { ...test.times, requests: test.times.requests ?? 20 },
        before: test.before?.map(resolveStep),
        cleanUp: test.cleanUp?.map(resolveStep),
        needs: test.needs ?? [],
      }),
    ),
    smokeCommand: resolveCommand(written.smokeCommand),
    pages: written.pages === undefined ? undefined : byName(written.pages).map(resolvePage),
    prerequisites: byName(written.prerequisites).map(([id, item]): Prerequisite => given({ id, ...item })),
    notifications: written.notifications,
    criticalLogs: written.criticalLogs ?? DEFAULT_CRITICAL_LOGS,
    schedule: resolveSchedule(written),
    sampling: resolveSampling(written.sampling),
    telegram: resolveTelegram(written.telegram),
    rebaseline: written.rebaseline,
  });
}

type WrittenStep = NonNullable<NonNullable<WrittenConfig["smoke"]>[string]["before"]>[number];

function resolveStep({
  method,
  path,
  headers,
  body,
  status,
  json,
  take,
  withinSeconds,
}: WrittenStep): SmokeStep {
  return given({
    ...{ method: method ?? "GET", path, headers, body },
    ...{ status: status ?? 200, json: json ?? {}, take, withinSeconds },
  });
}

type WrittenPage = NonNullable<WrittenConfig["pages"]>[string];

function resolvePage([id, page]: [string, WrittenPage]): PageCheck {
  return {
    id,
    phase: page.phase ?? PHASES[0],
    serviceKey: page.service,
    path: page.path ?? "/",
    ...parts(page),
    whenOn: perFlag(page.whenOn),
    whenOff: perFlag(page.whenOff),
    withinSeconds: page.withinSeconds ?? DEFAULT_PAGE.withinSeconds,
    growthPercent: page.growthPercent ?? DEFAULT_PAGE.growthPercent,
    ignore: page.ignore ?? [],
  };
}

function parts({ visible, hidden }: Pick<WrittenPage, "visible" | "hidden">): VisibleParts {
  return { visible: visible ?? [], hidden: hidden ?? [] };
}

function perFlag(written: WrittenPage["whenOn"]): Record<string, VisibleParts> {
  return Object.fromEntries(byName(written).map(([key, seen]) => [key, parts(seen)]));
}

function resolveCommand(command: WrittenConfig["smokeCommand"]): SmokeCommand | undefined {
  if (command === undefined) return undefined;
  const timeoutSeconds = secondsOf(command.timeout ?? DEFAULT_COMMAND_TIMEOUT);
  return { phase: command.phase ?? "smoke", command: command.command, timeoutSeconds };
}

/** When an advance may start; undefined where it may at any time. */
export function resolveSchedule({
  schedule,
  scheduleOverride,
  timeZone,
}: Pick<WrittenConfig, "schedule" | "scheduleOverride" | "timeZone">): Schedule | undefined {
  if (schedule?.enforce === false) return undefined;
  return given({
    timeZone: schedule?.timeZone ?? timeZone ?? DEFAULT_TIME_ZONE,
    windows: schedule?.windows ?? DEFAULT_WINDOWS,
    blackouts: (schedule?.blackouts ?? []).map((blackout): Schedule["blackouts"][number] => given(blackout)),
    holidays: schedule?.holidays ?? [],
    fridayRule: schedule?.fridayRule ?? true,
    override: scheduleOverride === undefined ? undefined : parseReasoned(scheduleOverride),
  });
}

function resolveSampling(sampling: WrittenConfig["sampling"]): Sampling {
  return given({
    baselineSamples: sampling?.baselineSamples,
    batchSamples: sampling?.batchSamples,
    batches: sampling?.batches ?? DEFAULT_SAMPLING.batches,
    warmUp: sampling?.warmUp ?? DEFAULT_SAMPLING.warmUp,
    spreadSeconds: secondsOf(sampling?.spread ?? DEFAULT_SAMPLING.spread),
    timeoutSeconds: secondsOf(sampling?.timeout ?? DEFAULT_SAMPLING.timeout),
  });
}

export function resolveTelegram(telegram: WrittenConfig["telegram"]): Telegram | undefined {
  if (telegram === undefined) return undefined;
  const apiUrl = (telegram.apiUrl ?? DEFAULT_TELEGRAM_API_URL).replace(/\/+$/, "");
  return { chatId: telegram.chatId, apiUrl };
}

/** Pulumi sorts the keys of every map; so does this, that the order is the same whoever reads the files. */
function byName<T>(map: Readonly<Record<string, T>> = {}): [string, T][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
