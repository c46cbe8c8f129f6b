import pc from "picocolors";

import { plainLine } from "../../components/plain-text";
import { RolloutError } from "../../components/errors";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { untilInterrupted } from "../shared/interrupts";
import { requireStack, type LoadedStack } from "../shared/load-stack";
import { redactorFor } from "../shared/redact";
import { readRecord } from "./read-record";
import type { RolloutRecord } from "./record";
import { momentText } from "./times";
import { timelineOf, type TimelineEntry } from "./timeline";

export interface LogOptions {
  stack: string;
  json?: boolean;
  /** Only entries of this time and later, ISO. */
  since?: string;
}

/** Everything that happened to a stack, oldest first. Changes nothing. */
export async function log(desk: Desk, { stack, json, since }: LogOptions): Promise<ExitCode> {
  const { terminal } = desk;
  const record = await recordOf(desk, requireStack(desk.directory, stack));
  const from = since === undefined ? -Infinity : Date.parse(since);
  const entries = timelineOf(record).filter(({ at }) => !(Date.parse(at) < from));
  const { gaps, timeZone } = record;
  if (json === true) terminal.data(JSON.stringify({ stack, timeZone, entries, gaps }, undefined, 2));
  else if (entries.length > 0) terminal.data(entries.map((entry) => lineOf(entry, timeZone)).join("\n"));
  if (json !== true) {
    terminal.words(pc.dim(`Times: ${timeZone}, on Render's clock.`));
    for (const gap of gaps) terminal.words(pc.yellow(`Not known: ${plainLine(gap)}`));
  }
  return EXIT.done;
}

/** @throws RolloutError INTERRUPTED, NO_STACK, NO_PULUMI */
export async function recordOf(desk: Desk, loaded: LoadedStack): Promise<RolloutRecord> {
  const reading = async () => {
    const engine = await desk.openEngine(loaded.stack);
    return readRecord(loaded, engine, { now: () => desk.now(), redact: await redactorFor(engine) });
  };
  const record = await untilInterrupted(desk.interrupts.signal, reading());
  if (record !== undefined) return record;
  throw new RolloutError("INTERRUPTED", "stopped before everything was read; nothing was changed.");
}

const COLOURS = { good: pc.green, bad: pc.red, warn: pc.yellow, plain: (text: string) => text };

function lineOf({ at, mood, text, by, because }: TimelineEntry, timeZone: string): string {
  const notes = [
    ...(by === null ? [] : [`by ${by}`]),
    ...(because === null ? [] : [`because: ${because}`]),
  ].join("; ");
  const said = COLOURS[mood](plainLine(text));
  return `${pc.dim(momentText(at, timeZone))}  ${said}${notes === "" ? "" : pc.dim(` (${plainLine(notes)})`)}`;
}
