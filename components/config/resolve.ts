import {
  DEFAULT_COMMAND_TIMEOUT,
  DEFAULT_DEPLOY_TIMEOUT,
  DEFAULT_GATE_RULES,
  DEFAULT_RENDER_API_URL,
  DEFAULT_THRESHOLDS,
  DEFAULT_TIME_ZONE,
} from "./defaults";
import { needsBuild } from "./build-time";
import { secondsOf } from "./durations";
import { given } from "./given";
import { resolveGates } from "./resolve-gates";
import { PHASES, type Phase } from "./phases";
import type { Draft } from "./draft";
import type { WrittenConfig } from "./schema/config-schema";
import { resolveRunner, sourceOf } from "./resolve-migrations";
import { parseOverride, parseSignature } from "./signatures";
import type { Flag, Reports, Service, Signature, StackConfig } from "./types";
import { own } from "../own";

/**
 * Fills in defaults, once and for all. Only for config that schema and rules have nothing against.
 * @param names the catalogue's names in the order of the files, which a JSON map would not keep.
 */
export function resolveConfig(
  written: WrittenConfig,
  names: Draft["names"],
  { project, stack }: { project: string; stack: string },
): StackConfig {
  const { phase, adopt, workspace, runner, backup, thresholds, gates } = written;
  return {
    project,
    stack,
    phase,
    hold: written.hold ?? [],
    ...(adopt === undefined ? {} : { adopt }),
    acknowledged: signatures(written.acknowledged),
    acceptDataLoss: signatures(written.acceptDataLoss),
    override: overrides(written.override),
    timeZone: written.timeZone ?? DEFAULT_TIME_ZONE,
    ...(workspace === undefined ? {} : { workspace }),
    renderApiUrl: withoutSlash(written.renderApiUrl ?? DEFAULT_RENDER_API_URL),
    deployTimeoutSeconds: secondsOf(written.deployTimeout ?? DEFAULT_DEPLOY_TIMEOUT),
    services: inOrder(names.services, written.services, (name, entry) =>
      resolveService(name, entry, written),
    ),
    flags: inOrder(names.flags, written.flags, (key, flag) => resolveFlag(key, flag, written)),
    migrations: inOrder(names.migrations, written.migrations ?? {}, (id, migration) => ({
      id,
      ...migration,
      source: sourceOf(migration, runner),
    })),
    ...(runner === undefined ? {} : { runner: resolveRunner(runner) }),
    ...(backup === undefined ? {} : { backup: withTimeout(backup) }),
    soakSeconds: Object.fromEntries(
      PHASES.map((each) => [each, secondsOf(written.soak?.[each] ?? "0 seconds")]),
    ) as Record<Phase, number>,
    thresholds: {
      advance: { ...DEFAULT_THRESHOLDS.advance, ...thresholds?.advance },
      investigate: { ...DEFAULT_THRESHOLDS.investigate, ...thresholds?.investigate },
      immediate: { ...DEFAULT_THRESHOLDS.immediate, ...thresholds?.immediate },
      telegramSeconds: thresholds?.telegramSeconds ?? DEFAULT_THRESHOLDS.telegramSeconds,
    },
    gates: { ...DEFAULT_GATE_RULES, ...gates },
    ...resolveGates(written),
  };
}

function resolveService(
  name: string,
  entry: WrittenConfig["services"][string],
  written: WrittenConfig,
): Service {
  const id = own(written.serviceIds, name);
  const url = own(written.serviceUrls, name);
  const { kind, healthPath, health, reports, endpoints } = entry;
  const report = reports === undefined ? undefined : resolveReports(reports);
  return {
    key: name,
    renderName: own(written.serviceNames, name) ?? name,
    kind,
    ...(id === undefined ? {} : { id }),
    ...(url === undefined ? {} : { url: withoutSlash(url) }),
    healthPath: health?.path ?? healthPath ?? "/",
    ...(health?.expect === undefined ? {} : { healthExpect: health.expect }),
    ...(report === undefined ? {} : { reports: report }),
    ...(endpoints === undefined ? {} : { endpoints }),
  };
}

function resolveReports(
  reports: NonNullable<WrittenConfig["services"][string]["reports"]>,
): Reports | undefined {
  if (typeof reports === "string") return { path: reports };
  const { path, none, ...rest } = reports;
  if (none !== undefined) return { none };
  return path === undefined ? undefined : { path, ...given(rest) };
}

function resolveFlag(key: string, flag: WrittenConfig["flags"][string], written: WrittenConfig): Flag {
  const { service, phase, purpose, requires = [], unset, buildTime } = flag;
  const kind = own(written.services, service)?.kind ?? "web_service";
  return {
    key,
    serviceKey: service,
    phase,
    purpose,
    requires,
    ...(unset === undefined ? {} : { unset }),
    ...(needsBuild(key, kind, buildTime) ? { buildTime: true as const } : {}),
  };
}

function inOrder<T, R>(
  names: readonly string[],
  map: Readonly<Record<string, T>>,
  resolve: (name: string, value: T) => R,
): R[] {
  return names.flatMap((name) => {
    const value = own(map, name);
    return value === undefined ? [] : [resolve(name, value)];
  });
}

function withTimeout<T extends { timeout?: string | undefined }>({ timeout, ...rest }: T) {
  return { ...rest, timeoutSeconds: secondsOf(timeout ?? DEFAULT_COMMAND_TIMEOUT) };
}

function overrides(texts: WrittenConfig["override"] = {}): StackConfig["override"] {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([phase, text]) => {
      const override = parseOverride(text);
      return override === undefined ? [] : [[phase, override]];
    }),
  );
}

function signatures(texts: Readonly<Record<string, string>> = {}): Record<string, Signature> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([item, text]) => {
      const signature = parseSignature(text);
      return signature === undefined ? [] : [[item, signature]];
    }),
  );
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
