import { gateVerbs, type GateInputs, type GateOutputs } from "../../components/providers/gate/gate";
import type { ProbeAnswer } from "../../components/probes/http";
import { AT, fakeWorld, liveDeploy, type FakeWorld } from "./fake-context";

/** An open gate of the API phase, over one web service with one measured endpoint. */
export const openGate: GateInputs = {
  phase: "api",
  state: "open",
  adopted: false,
  stack: "prod",
  soakSeconds: 900,
  timeZone: "Europe/Berlin",
  services: [
    {
      renderName: "backend",
      healthPath: "/health",
      flags: { ENABLE_X: "true" },
      reports: { path: "/flags" },
      endpoints: ["/api/orders"],
    },
  ],
  migrations: [],
  rules: { noData: "fail", couldNotMeasure: "fail", inconclusive: "fail" },
  sampling: {
    baselineSamples: 200,
    batchSamples: 60,
    batches: 4,
    warmUp: 5,
    spreadSeconds: 0,
    timeoutSeconds: 5,
  },
  smoke: [],
  commands: [],
  databases: [],
  items: [],
  acknowledged: {},
  criticalLogs: ["CRITICAL"],
  deploys: { backend: "dep-1" },
  schema: {},
};

/** The gate before the rollout begins: it takes the baseline. */
export const preparation: GateInputs = { ...openGate, phase: "preparation", soakSeconds: 0 };

export function closedGate(inputs: GateInputs = openGate): GateInputs {
  const { deploys: _deploys, schema: _schema, ...rest } = inputs;
  return { ...rest, state: "closed" };
}

export interface ServiceTimes {
  /** Median of the response times, milliseconds. */
  ms: number;
  /** Which requests to the endpoint fail, by their number, from 1. */
  fails?: (request: number) => boolean;
}

/** A world whose service answers in lognormal times, the same ones for the same seed. */
export function measuredWorld(
  times: ServiceTimes,
  seed = 1,
): { world: FakeWorld; times: ServiceTimes; asked: () => number } {
  const world = fakeWorld();
  // As the updates before have left it.
  const backend = world.services.get("srv-backend");
  backend?.deploys.splice(0, 1, liveDeploy("dep-1", AT - 86_400_000, { trigger: "api" }));
  backend?.envVars.set("ENABLE_X", "true");
  const random = mulberry(seed);
  let asked = 0;
  const answer = (status: number, body: string, ms: number): ProbeAnswer => ({
    answered: true,
    status,
    body,
    ms,
  });
  world.answers.set("/flags", () => answer(200, '{"ENABLE_X":true}', 2));
  world.answers.set("/health", () => answer(200, '{"database":"ok"}', 2));
  world.answers.set("/api/orders", () => {
    asked += 1;
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const ms = times.ms * Math.exp(0.3 * normal);
    return times.fails?.(asked) === true ? answer(500, "", ms) : answer(200, '{"orders":[]}', ms);
  });
  return { world, times, asked: () => asked };
}

export async function openedGate(world: FakeWorld, inputs: GateInputs): Promise<GateOutputs> {
  return (await gateVerbs(world.context).create(inputs)).outs!;
}

/** What an effect or a preview was refused with; throws when it was not. */
export async function refusalOf(
  promise: Promise<unknown>,
): Promise<Error & { properties?: GateOutputs; reasons?: string[] }> {
  return promise.then(
    () => {
      throw new Error("it should have been refused");
    },
    (error: unknown) => error as Error,
  );
}

/** Every n-th request. */
export function every(n: number): (request: number) => boolean {
  return (request) => request % n === 0;
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
