import pc from "picocolors";

import type { StackConfig } from "../../components/config";
import { RolloutError } from "../../components/errors";
import { redactedJson } from "../../components/secrets";
import { describeTrouble } from "../engine/troubles";
import type { Engine } from "../engine/port";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { redactorFor } from "../shared/redact";
import { requireStack } from "../shared/load-stack";
import { requireReachable } from "../shared/require-reachable";
import { readStanding, type Standing } from "../shared/standing";
import { table } from "../shared/table";
import { wayBack } from "../shared/way-back";
import { notLookedAt, refreshDrift, serviceDrift, type SeenService } from "./read-drift";

export interface DriftOptions {
  stack: string;
  json?: boolean;
}

/** Asks Render about the services; cli/drift.ts wires the real one. */
export type SeeServices = (
  engine: Engine,
  config: StackConfig,
  standing: Pick<Standing, "deploys">,
) => Promise<SeenService[]>;

/** What was changed by hand since the last update. Exit code 0: nothing; 1: something, or it could not be looked at. */
export async function drift(desk: Desk, see: SeeServices, { stack, json }: DriftOptions): Promise<ExitCode> {
  const { terminal } = desk;
  const loaded = requireStack(desk.directory, stack);
  const { config } = loaded;
  const engine = await desk.openEngine(stack);
  const standing = readStanding(await engine.state());
  requireReachable(loaded, standing);
  const run = await engine.previewRefresh({ signal: desk.interrupts.signal });
  if (run.trouble !== undefined)
    throw new RolloutError(
      run.trouble.code,
      `drift could not be looked for: ${describeTrouble(run.trouble)}`,
    );
  const seen = serviceDrift(await see(engine, config, standing), standing);
  const { found, unknown } = redactedJson(
    { found: [...refreshDrift(run.events), ...seen], unknown: notLookedAt(run.events) },
    await redactorFor(engine),
  );
  if (json === true)
    terminal.data(JSON.stringify({ stack, drift: found, notLookedAt: unknown }, undefined, 2));
  else if (found.length > 0)
    terminal.data(
      table(
        ["what", "name", "found"],
        found.map(({ kind, name, found: text }) => [kind, name, text]),
      ),
    );
  for (const what of unknown) terminal.words(pc.yellow(`Not known: ${what}`));
  if (found.length === 0) {
    terminal.words(nothingFound(stack, unknown.length === 0));
    return unknown.length === 0 ? EXIT.done : EXIT.act;
  }
  terminal.words(
    pc.yellow(
      `${stack}: ${found.length} thing${found.length === 1 ? "" : "s"} not as the last update left them.`,
    ),
  );
  for (const line of waysOut(
    stack,
    found.map(({ kind }) => kind),
  ))
    terminal.words(line);
  return EXIT.act;
}

function nothingFound(stack: string, whole: boolean): string {
  return whole
    ? pc.green(
        `${stack}: no drift. Flags and live deploys on Render, and the schema, are as the last update left them.`,
      )
    : pc.yellow(`${stack}: no drift in what could be looked at.`);
}

function waysOut(stack: string, kinds: readonly string[]): string[] {
  return [
    ...(kinds.includes("flag")
      ? [`Next: \`pulumi up --stack ${stack}\` puts flags back as declared; or declare them as they are now.`]
      : []),
    ...(kinds.includes("left-flag")
      ? [
          "Next: a flag that left the catalogue is declared by nothing. Put it back (with hold, to switch it off), or change it on Render.",
        ]
      : []),
    ...(kinds.includes("migration")
      ? [
          `Next: find out who changed the schema. \`pulumi up --stack ${stack}\` applies what is missing and keeps what is too much.`,
        ]
      : []),
    ...(kinds.includes("deploy")
      ? [
          `Next: the soak began again with that deploy. \`pulumi refresh --stack ${stack}\` and \`pulumi up --stack ${stack}\` verify it.`,
        ]
      : []),
    ...(kinds.includes("autodeploy")
      ? ["Next: switch Auto-Deploy off in the service's settings on Render while the rollout goes on."]
      : []),
    wayBack(stack),
  ];
}
