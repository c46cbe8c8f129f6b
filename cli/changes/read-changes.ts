import type { EngineEvent } from "@pulumi/pulumi/automation";

import { PHASES } from "../../components/config";
import { isLeftLine } from "../../components/providers/deploy/left-flags";
import {
  onRenderWords,
  readLine,
  rolledBackWords,
  runsAsWords,
  writeLine,
  type ToldLine,
} from "../../components/told-lines";
import { errorsOf, linesOf } from "../engine/event-texts";
import { renderNameIn } from "../shared/standing";
import {
  flips,
  isOverwritten,
  isPutBack,
  isSetFirst,
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
  const same = steps.filter(({ op, kind }) => op === "same" && !FRAME.has(kind));
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
    gates: of("Gate").flatMap(gateChange).sort(inOrder),
    refusals: errorsOf(events),
    drift: driftLines(flags, told),
    warnings: [...told.warnings, ...leftWithService(changed)],
    others: changed
      .filter(({ kind }) => !KNOWN.has(kind))
      .map(
        ({ op, kind, name }) => `${name} (${kind}, none of the rollout's own) is ${DONE[op] ?? "changed"}`,
      ),
    unchanged: same.length,
    unchangedNames: same.map(nameInWords).sort(),
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

/** The engine's words for what happens to a resource, as a person says it. */
const DONE: Record<string, string> = { create: "added", delete: "removed", replace: "made anew" };

function nameInWords({ kind, name }: Step): string {
  switch (kind) {
    case "FeatureFlag":
      return `flag ${name}`;
    case "Deploy":
      return `what is live of ${name.replace(/^deploy-/, "")}`;
    case "Gate":
      return `the gate of ${name.replace(/^gate-/, "")}`;
    default:
      return name;
  }
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

/** What our own program and providers said in a run, sorted by kind; each line once. */
interface Told {
  /** By `service/key`, the service by its name on Render: what Render has. */
  onRender: Map<string, string>;
  /** What of running services differs from what is declared. */
  differs: Extract<ToldLine, { kind: "runs-as" | "rolled-back" }>[];
  applies: string[];
  rollsBack: { id: string; loses: string; consent: string }[];
  keeps: { id: string; reason: string }[];
  warnings: string[];
}

function toldLines(events: readonly EngineEvent[]): Told {
  const told: Told = {
    onRender: new Map(),
    differs: [],
    applies: [],
    rollsBack: [],
    keeps: [],
    warnings: [],
  };
  for (const line of new Set(linesOf(events, "info", "info#err"))) sortLine(line, told);
  const warned = linesOf(events, "warning").map((line) => line.replace(/^warning:\s*/, ""));
  told.warnings = [...new Set([...told.warnings, ...warned])].filter(
    (line) => line !== "" && !ABOUT_PULUMI_ITSELF.test(line),
  );
  return told;
}

/** Where the CLI has found a plugin: nothing that a reader of a review can weigh. */
const ABOUT_PULUMI_ITSELF = /^using pulumi-\S+ from \$PATH at /;

function sortLine(text: string, told: Told): void {
  if (isLeftLine(text)) told.warnings.push(text);
  const line = readLine(text);
  switch (line?.kind) {
    case "on-render":
      told.onRender.set(`${line.renderName}/${line.key}`, line.onRender);
      return;
    case "runs-as":
    case "rolled-back":
      told.differs.push(line);
      return;
    // Whoever reviews must know that what runs is not what the last update left, although this undoes nothing of it.
    case "foreign-deploy":
      told.warnings.push(text);
      return;
    case "applies":
      told.applies.push(line.id);
      return;
    case "rolls-back":
      told.rollsBack.push({ id: line.id, loses: line.loses, consent: line.consent });
      return;
    case "keeps":
      told.keeps.push({ id: line.id, reason: line.reason });
      return;
    // Only a refresh says it; see drift/read-drift.ts.
    case "not-told":
    case undefined:
  }
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

function deployChange(step: Step, { differs }: Told, flags: readonly FlagChange[]): DeployChange[] {
  if (step.op === "delete") return [];
  const renderName = renderNameIn(step.new);
  // A new resource takes over the deploy that is live, unless a flag has to be written.
  if (step.op === "create") {
    const overwrites = flags.some(
      (flag) => flag.renderName === renderName && (isOverwritten(flag) || isSetFirst(flag)),
    );
    return overwrites ? [{ renderName, reasons: [] }] : [];
  }
  if (flags.some((flag) => flag.renderName === renderName && (flips(flag) || isSetFirst(flag))))
    return [{ renderName, reasons: [] }];
  const said = differs.filter((line) => line.renderName === renderName).map(differenceWords);
  const repeats = step.oldOutputs["status"] === "failed" ? ["the last update's deploy did not succeed"] : [];
  const written = flags.some((flag) => flag.renderName === renderName) ? ["flags are written again"] : [];
  return [{ renderName, reasons: [...said, ...repeats, ...written] }];
}

function migrationChanges(steps: readonly Step[], told: Told): Changes["migrations"] {
  // Nobody looks at the database in the preview of a first update.
  const first = steps.filter(({ op }) => op === "create").flatMap((step) => list(step.new["target"]));
  const unasked = first.filter((id) => !told.applies.includes(id));
  return {
    applies: [...new Set([...told.applies, ...first])],
    ...(unasked.length === 0 ? {} : { unasked }),
    rollsBack: told.rollsBack,
    keeps: told.keeps,
  };
}

/** Nothing for one that was closed long since and is only written down anew: it ends no phase a second time. */
function gateChange({ op, name, old, new: news }: Step): GateChange[] {
  const phase = text(news["phase"] ?? old["phase"] ?? name.replace(/^gate-/, ""));
  if (op === "delete") return [{ phase, change: "goes" }];
  if (op === "create") return [{ phase, change: news["state"] === "closed" ? "taken over" : "opens" }];
  const wasClosed = old["state"] === "closed";
  if (news["state"] !== "closed") return [{ phase, change: wasClosed ? "opens again" : "verifies again" }];
  if (!wasClosed) return [{ phase, change: "closes" }];
  // The baseline is what changes of a closed gate, and preparation's holds it.
  return phase === "preparation" ? [{ phase, change: "rebaselines" }] : [];
}

/** A flag whose declared value stays, and that is written all the same, was changed by somebody else. */
function driftLines(flags: readonly FlagChange[], { differs, onRender }: Told): string[] {
  const flipped = flags.filter(isPutBack);
  const others = differs.filter(
    (line) => line.kind === "rolled-back" || !flags.some((flag) => flag.key === line.key),
  );
  return [
    ...flipped.map(({ key, renderName }) =>
      onRenderWords({
        key,
        onRender: onRender.get(`${renderName}/${key}`) ?? "",
        declared: flagValue(flags, key),
      }),
    ),
    ...others.map((line) => writeLine(line)),
  ];
}

function differenceWords(line: Told["differs"][number]): string {
  return line.kind === "runs-as" ? runsAsWords(line) : rolledBackWords(line);
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
