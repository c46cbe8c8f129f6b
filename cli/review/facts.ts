import type { StackConfig } from "../../components/config";
import type { Changes } from "../changes/changes";
import type { LoadedStack } from "../shared/load-stack";
import type { Standing } from "../shared/standing";
import { endText } from "../status/times";
import { outlookOf } from "../verify/read/outlook";

export interface ReviewFacts {
  stack: string;
  phase: string;
  changes: Changes;
  /** Flags that the stack holds back. */
  held: readonly string[];
  /** One sentence on what to do when the preview failed for another reason than a refusal. */
  next: string[];
  /** What the files and state tell beside the preview; absent where nobody looked. */
  more?: MoreFacts;
}

export interface MoreFacts {
  /** What is live; absent where nothing is. */
  from?: string;
  /** By flag and by migration: what it is for. */
  purposes: Record<string, string>;
  /** By migration: how risky its rollback is, and what that would lose. */
  risks: Record<string, string>;
  /** When this may be applied at the earliest, in words; absent where that is now, or no advance. */
  earliest?: string;
  /** What somebody has overridden by name. Sentences. */
  overrides: string[];
  /** Pages of Render's dashboard, by service; of those whose ids config names. */
  links: { service: string; page: string }[];
}

/** @param now by Render's clock, or this machine's. */
export function moreFacts(loaded: LoadedStack, standing: Standing, now: Date): MoreFacts {
  const { config } = loaded;
  const { phase, next, earliest, waitsFor } = outlookOf(loaded, standing, now);
  const at = { at: now.toISOString(), timeZone: config.timeZone };
  const advances = next !== null && next === config.phase;
  const when = [
    ...(earliest === null ? [] : [`from ${endText(earliest, at)} ${config.timeZone} on`]),
    ...waitsFor.map((what) => `not before this is mended: ${what}`),
  ];
  return {
    ...(phase === null || phase === config.phase ? {} : { from: phase }),
    purposes: Object.fromEntries([
      ...config.flags.map(({ key, purpose }) => [key, purpose]),
      ...config.migrations.map(({ id, purpose }) => [id, purpose]),
    ]) as Record<string, string>,
    risks: Object.fromEntries(
      config.migrations.map(({ id, rollbackRisk, rollbackLoses }) => [
        id,
        `its rollback is of ${rollbackRisk} risk: it ${rollbackLoses}`,
      ]),
    ),
    ...(advances && when.length > 0 ? { earliest: when.join("; ") } : {}),
    overrides: overridesOf(config),
    links: config.services.flatMap(({ renderName, kind, id }) =>
      id === undefined
        ? []
        : [
            {
              service: renderName,
              page: `https://dashboard.render.com/${kind === "static_site" ? "static" : "web"}/${id}`,
            },
          ],
    ),
  };
}

function overridesOf({ override, schedule }: StackConfig): string[] {
  const gates = Object.entries(override).map(([phase, { text }]) => `The gate of ${phase}: "${text}"`);
  const opened = schedule?.override;
  return opened === undefined
    ? gates
    : [...gates, `The schedule: "${opened.date} by ${opened.by}: ${opened.reason}"`];
}
