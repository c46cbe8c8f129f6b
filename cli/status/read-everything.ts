import { PHASES, type StackConfig } from "../../components/config";
import { gateOutcome } from "../../components/probes/verdict";
import type { ProviderContext } from "../../components/providers/context";
import type { GateOutputs } from "../../components/providers/gate/inputs";
import { redactedJson } from "../../components/secrets";
import { serviceDrift, type Drift } from "../drift/read-drift";
import { seeServices } from "../drift/see-services";
import type { Engine, StoredResource } from "../engine/port";
import type { Desk } from "../shared/desk";
import type { LoadedStack } from "../shared/load-stack";
import { attempt } from "../shared/attempt";
import { redactorFor } from "../shared/redact";
import type { OpenRender } from "../shared/render-access";
import { requireReachable } from "../shared/require-reachable";
import {
  NO_DATABASE_URL,
  readShown,
  type AskedDatabase,
  type ShownMigrations,
} from "../shared/shown-migrations";
import { readStanding, type Standing, type StoredGate } from "../shared/standing";
import { CLOCKS_APART_MS } from "../log/clocks";
import { onOff, type GateFacts, type StatusFacts } from "./facts";
import { flagAuthors } from "./flag-authors";
import { findStep, furthestGate, whyUpdateIsDue } from "./find-step";
import { factsFromFiles, signOffFacts } from "./read-files";
import { readNext } from "./read-next";
import { readingContext, type ReadingPorts } from "./reading-context";
import { flagDrifts, seeOnRender, type SeenOnRender } from "./see-render";

export interface Outside {
  engine: Engine;
  openRender: OpenRender;
  ports: ReadingPorts;
}

/**
 * What files, state and Render tell together. What cannot be looked at is noted, and the rest is told all the same.
 * @throws RolloutError CONFIG_INVALID for a phase that was skipped; whatever keeps Pulumi from its state.
 */
export async function factsFromEverywhere(
  desk: Desk,
  loaded: LoadedStack,
  { engine, openRender, ports }: Outside,
): Promise<StatusFacts> {
  const { config } = loaded;
  const resources = await engine.state();
  const standing = readStanding(resources);
  requireReachable(loaded, standing);
  const notes: string[] = [];
  const database = await ports.openDatabase(engine);
  const [seen, shown] = await Promise.all([
    attempt(
      async () => {
        const [render, redact] = await Promise.all([openRender(config, engine), redactorFor(engine)]);
        return see(readingContext(render, config, ports, redact, database), config, standing);
      },
      "Render could not be asked",
      notes,
    ),
    readShown(config, database),
  ]);
  const at = seen?.at ?? desk.now();
  const clocksApart = Math.abs(at.getTime() - desk.now().getTime()) > CLOCKS_APART_MS;
  const authors = await flagAuthors(engine, config, standing, { clocksApart, notes });
  const gates = new Map(
    resources.flatMap((each) =>
      each.kind === "Gate" ? [[each.name.replace(/^gate-/, ""), each] as const] : [],
    ),
  );
  const updateDue = whyUpdateIsDue(loaded, standing, gates.get(config.phase)?.outputs);
  notes.push(...whyNotAsked(database, shown));
  const step = findStep(config.phase, standing);
  const context = seen?.context;
  const next =
    step === undefined
      ? null
      : await readNext({ loaded, standing, shown, step, gates, updateDue, at, context }, notes);
  const leaving = step?.kind === "advance" ? step.from : config.phase;
  const byFiles = factsFromFiles(loaded, at);
  const facts: StatusFacts = {
    ...byFiles,
    clock: seen === undefined ? "this machine" : "render",
    offline: false,
    phase: { declared: config.phase, ...gateInState(standing, config, gates), updateDue },
    gates: PHASES.flatMap((phase) => {
      const gate = standing.gates.get(phase);
      return gate === undefined ? [] : [gateFacts(phase, gate)];
    }),
    flags: byFiles.flags.map((flag) => {
      const stored = standing.flags.get(flag.key)?.value;
      const inState = stored === undefined ? null : onOff(stored);
      const since = standing.flags.get(flag.key)?.writtenAt ?? null;
      const by = since === null ? null : (authors.get(flag.key) ?? null);
      return { ...flag, since, by, inState, onRender: seen?.found.flags.get(flag.key) ?? null };
    }),
    migrations: byFiles.migrations.map((each) => ({
      ...each,
      inState: standing.exists ? standing.applied.includes(each.id) : null,
      inDatabase: shown.readings[each.id] ?? null,
    })),
    signOffs: signOffFacts(loaded, leaving, at, outputsOf(gates.get(leaving))).items,
    next,
    drift: seen?.drift ?? null,
    deploys: seen?.found.deploys ?? null,
    links: seen?.found.links ?? null,
    notLookedAt: notes,
  };
  // Names, triggers and errors are Render's, and of whoever writes there.
  return redactedJson(facts, await redactorFor(engine));
}

/** Nobody who lacks the address is told that something is wrong; one whose database does not answer is. */
function whyNotAsked(database: AskedDatabase, { readings }: ShownMigrations): string[] {
  if ("because" in database && database.because === NO_DATABASE_URL) return [];
  const unknown = Object.entries(readings).flatMap(([id, reading]) =>
    reading.state === "unknown" ? [{ id, because: reading.because }] : [],
  );
  const [first] = unknown;
  if (first === undefined) return [];
  return [`the database did not tell of ${unknown.map(({ id }) => id).join(", ")}: ${first.because}`];
}

interface Seen {
  context: ProviderContext;
  found: SeenOnRender;
  drift: Drift[];
  /** Render's clock. */
  at: Date;
}

async function see(context: ProviderContext, config: StackConfig, standing: Standing): Promise<Seen> {
  const [found, services] = await Promise.all([
    seeOnRender(context, config, standing),
    seeServices(context.observed, config, standing),
  ]);
  const drift = [...flagDrifts(found, standing), ...serviceDrift(services, standing)];
  return { context, found, drift, at: await context.now() };
}

function gateInState(
  standing: Standing,
  { gates: rules }: StackConfig,
  stored: ReadonlyMap<string, StoredResource>,
): Pick<StatusFacts["phase"], "inState" | "gate" | "since" | "stoppedBy"> {
  const furthest = furthestGate(standing);
  if (furthest === undefined) return { inState: null, gate: null, since: null, stoppedBy: [] };
  const { phase: inState, gate } = furthest;
  if (gate.state === "closed")
    return { inState, gate: "closed", since: gate.closedAt ?? null, stoppedBy: [] };
  if (gate.passed) return { inState, gate: "passed", since: gate.passedAt ?? null, stoppedBy: [] };
  const { stoppedBy } = gateOutcome(outputsOf(stored.get(inState))?.checks ?? [], rules);
  return {
    inState,
    gate: "failed",
    since: gate.verifiedAt ?? null,
    stoppedBy: stoppedBy.map(({ check, verdict, summary }) => ({ check, verdict, summary })),
  };
}

function gateFacts(phase: string, { state, passed, verifiedAt, passedAt, closedAt }: StoredGate): GateFacts {
  const times = { verifiedAt: verifiedAt ?? null, passedAt: passedAt ?? null, closedAt: closedAt ?? null };
  return { phase, state, passed, ...times };
}

function outputsOf(gate: StoredResource | undefined): GateOutputs | undefined {
  return gate?.outputs as GateOutputs | undefined;
}
