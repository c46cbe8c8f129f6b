import type { EngineEvent } from "@pulumi/pulumi/automation";

import { PHASES } from "../../components/config";
import { readLeftSentence } from "../../components/providers/deploy/left-flags";
import { errorsOf, linesOf } from "../engine/event-texts";
import { renderNameIn } from "../shared/standing";
import {
  flips,
  isOverwritten,
  isPutBack,
  type Changes,
  type DeployChange,
  type FlagChange,
  type GateChange,
} from "./changes";

/** Reads a preview's (or an update's) events. Total: what it does not know is counted among the others. */
export function readChanges(events: readonly EngineEvent[]): Changes {
  const steps = events.flatMap(({ resourcePreEvent: event }) =>
    event === undefined ? [] : [toStep(event.metadata)],
  );
  const told = toldLines(events);
  const changed = steps.filter(({ op, kind }) => op !== "same" && op !== "refresh" && !FRAME.has(kind));
  const of = (kind: string) => changed.filter((step) => step.kind === kind);
  const flags = of("FeatureFlag")
    .flatMap((step) => flagChange(step, told))
    .sort(by(({ renderName, key }) => `${renderName}/${key}`));
  const migrations = migrationChanges(of("Migrations"), told);
  return {
    flags,
    deploys: of("Deploy")
      .flatMap((step) => deployChange(step, told, flags))
      .sort(by(({ renderName }) => renderName)),
    migrations,
    // A stack's first update only takes the backups into its state, unless there is something to apply.
    backups: of("Command").flatMap(({ op, name }) =>
      op === "update" || op === "replace" || (op === "create" && migrations.applies.length > 0) ? [name] : [],
    ),
    gates: of("Gate").map(gateChange).sort(inOrder),
    refusals: errorsOf(events),
    drift: driftLines(flags, told),
    warnings: [...told.warnings, ...leftWithService(changed)],
    others: changed
      .filter(({ kind }) => !KNOWN.has(kind))
      .map(({ op, kind, name }) => `${op} ${kind} ${name}`),
    unchanged: steps.filter(({ op, kind }) => op === "same" && !FRAME.has(kind)).length,
  };
}

/**
 * Flags that leave together with their service while they are on. The deploy of a service that stays tells it of its flags itself;
 * one that is forgotten is not asked any more.
 */
function leftWithService(steps: readonly Step[]): string[] {
  const forgotten = new Set(
    steps.flatMap(({ kind, op, old }) => (kind === "Deploy" && op === "delete" ? [renderNameIn(old)] : [])),
  );
  const stays = new Set(
    steps.flatMap(({ kind, op, name, new: news }) =>
      kind === "FeatureFlag" && op !== "delete" ? [`${renderNameIn(news)}/${name}`] : [],
    ),
  );
  return steps.flatMap(({ kind, op, name, old, oldOutputs }) => {
    const renderName = renderNameIn(old);
    const isOn = text(oldOutputs["value"] ?? old["value"]) === "true";
    if (kind !== "FeatureFlag" || op !== "delete" || !isOn || !forgotten.has(renderName)) return [];
    if (stays.has(`${renderName}/${name}`)) return [];
    return [
      `${renderName} leaves the catalogue while ${name} is on: it stays on, and nothing switches it off any more. Switch it off first (hold), and take the service out then`,
    ];
  });
}

/** Steps run side by side, so their order is chance; two previews of the same must read the same. */
function by<T>(key: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}

/** By phase; those that go come last, the latest first. */
function inOrder(a: GateChange, b: GateChange): number {
  const rank = ({ phase, change }: GateChange) => {
    const index = (PHASES as readonly string[]).indexOf(phase);
    return change === "goes" ? 2 * PHASES.length - index : index;
  };
  return rank(a) - rank(b);
}

interface Step {
  op: string;
  kind: string;
  name: string;
  old: Record<string, unknown>;
  oldOutputs: Record<string, unknown>;
  new: Record<string, unknown>;
}

const KNOWN = new Set(["FeatureFlag", "Deploy", "Migrations", "Command", "Gate"]);
/** Components, the stack and providers change nothing outside; the last three only look, or remember. */
const FRAME = new Set([
  ...["Stack", "Rollout", "Database", "Service", "pulumi-nodejs", "command"],
  ...["Schema", "PendingMigrations", "Consents"],
]);

function toStep({
  op,
  type,
  urn,
  old,
  new: news,
}: NonNullable<EngineEvent["resourcePreEvent"]>["metadata"]): Step {
  return {
    op,
    kind: type.split(":").at(-1) ?? type,
    name: urn.split("::").at(-1) ?? urn,
    old: (old?.inputs ?? {}) as Record<string, unknown>,
    oldOutputs: (old?.outputs ?? {}) as Record<string, unknown>,
    new: (news?.inputs ?? {}) as Record<string, unknown>,
  };
}

/** What our own program and providers said in a run, sorted by form; each line once. */
interface Told {
  /** By `service/key`, the service by its name on Render: what Render has. */
  onRender: Map<string, string>;
  /** By service: what else differs there. */
  aboutService: { service: string; text: string }[];
  applies: string[];
  rollsBack: { id: string; loses: string; consent: string }[];
  keeps: { id: string; reason: string }[];
  warnings: string[];
}

function toldLines(events: readonly EngineEvent[]): Told {
  const told: Told = {
    onRender: new Map(),
    aboutService: [],
    applies: [],
    rollsBack: [],
    keeps: [],
    warnings: [],
  };
  for (const line of new Set(linesOf(events, "info", "info#err"))) sortLine(line, told);
  told.warnings = [...new Set([...told.warnings, ...linesOf(events, "warning")])].filter(
    (line) => line !== "",
  );
  return told;
}

function sortLine(line: string, told: Told): void {
  const live = /^(\S+): (\S+) is (".*"|absent|neither .+) on Render, declared "/.exec(line);
  const keeping = /^keeping (\S+): (.+)$/.exec(line);
  const applies = /^applies (\S+)$/.exec(line);
  const rollsBack = /^rolls back (\S+): (.*) \(consent: (.*)\)$/.exec(line);
  const differs = /^(\S+): (\S+ runs as ".*", declared ".*"|\S+ is a rollback .+)$/.exec(line);
  const [, about = ""] = /^\S+: (.+)$/.exec(line) ?? [];
  if (readLeftSentence(about) !== undefined) told.warnings.push(line);
  else if (live !== null) told.onRender.set(`${live[1] ?? ""}/${live[2] ?? ""}`, live[3] ?? "");
  else if (keeping !== null) told.keeps.push({ id: keeping[1] ?? "", reason: keeping[2] ?? "" });
  else if (applies !== null) told.applies.push(applies[1] ?? "");
  else if (rollsBack !== null)
    told.rollsBack.push({ id: rollsBack[1] ?? "", loses: rollsBack[2] ?? "", consent: rollsBack[3] ?? "" });
  else if (differs !== null) told.aboutService.push({ service: differs[1] ?? "", text: differs[2] ?? "" });
}

function flagChange(step: Step, { onRender }: Told): FlagChange[] {
  if (step.op === "delete") return [];
  const renderName = renderNameIn(step.new);
  const live = onRender.get(`${renderName}/${step.name}`);
  const from = step.old["value"];
  return [
    {
      key: step.name,
      renderName,
      ...(from === undefined ? {} : { from: text(from) }),
      to: text(step.new["value"]),
      ...(live === undefined ? {} : { onRender: live }),
    },
  ];
}

function deployChange(step: Step, { aboutService }: Told, flags: readonly FlagChange[]): DeployChange[] {
  if (step.op === "delete") return [];
  const renderName = renderNameIn(step.new);
  // A new resource takes over the deploy that is live, unless a flag has to be written.
  if (step.op === "create") {
    const overwrites = flags.some((flag) => flag.renderName === renderName && isOverwritten(flag));
    return overwrites ? [{ renderName, reasons: [] }] : [];
  }
  if (flags.some((flag) => flag.renderName === renderName && flips(flag)))
    return [{ renderName, reasons: [] }];
  const said = aboutService.filter((line) => line.service === renderName).map((line) => line.text);
  const repeats = step.oldOutputs["status"] === "failed" ? ["the last update's deploy did not succeed"] : [];
  const written = flags.some((flag) => flag.renderName === renderName) ? ["flags are written again"] : [];
  return [{ renderName, reasons: [...said, ...repeats, ...written] }];
}

function migrationChanges(steps: readonly Step[], told: Told): Changes["migrations"] {
  // Nobody looks at the database in the preview of a first update.
  const first = steps.filter(({ op }) => op === "create").flatMap((step) => list(step.new["target"]));
  return { applies: [...new Set([...told.applies, ...first])], rollsBack: told.rollsBack, keeps: told.keeps };
}

function gateChange({ op, name, old, new: news }: Step): GateChange {
  const phase = text(news["phase"] ?? old["phase"] ?? name.replace(/^gate-/, ""));
  if (op === "delete") return { phase, change: "goes" };
  if (op === "create") return { phase, change: news["state"] === "closed" ? "taken over" : "opens" };
  if (news["state"] === "closed") return { phase, change: "closes" };
  return { phase, change: old["state"] === "closed" ? "opens again" : "verifies again" };
}

/** A flag whose declared value stays, and that is written all the same, was changed by somebody else. */
function driftLines(flags: readonly FlagChange[], { aboutService, onRender }: Told): string[] {
  const flipped = flags.filter(isPutBack);
  const deploys = aboutService.filter(({ text: said }) => {
    const [key = ""] = said.split(" ");
    return said.includes("is a rollback") || !flags.some((flag) => flag.key === key);
  });
  return [
    ...flipped.map(
      ({ key, renderName }) =>
        `${key} is ${onRender.get(`${renderName}/${key}`) ?? ""} on Render, declared "${flagValue(flags, key)}"`,
    ),
    ...deploys.map(({ service, text: said }) => `${service}: ${said}`),
  ];
}

function flagValue(flags: readonly FlagChange[], key: string): string {
  return flags.find((flag) => flag.key === key)?.to ?? "";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
