import { requireStack } from "../../../cli/shared/load-stack";
import type { StoredResource } from "../../../cli/engine/port";
import { status, statusByFiles, type StatusOptions } from "../../../cli/status/recipe";
import type { StatusFacts } from "../../../cli/status/facts";
import { NO_DATABASE_URL, type AskedDatabase } from "../../../cli/shared/shown-migrations";
import { gateInputs } from "../../../components/providers/gate/gate-inputs";
import { AT, fakeWorld, type FakeWorld } from "../../support/fake-context";
import { fakeDesk, STACK, stackFile, storedMigrations, type FakeDesk } from "./fake-desk";

export const BACKEND = "felix-hub-backend";
export const FRONTEND = "felix-hub-mechanics-frontend";

/** A Tuesday, 22:00 in Berlin: the gate of the deployed phase passed then, and the default schedule is open. */
export const PASSED_AT = new Date(AT).toISOString();
const CLOSED_AT = new Date(AT - 60_000).toISOString();

export interface StatusWorld extends FakeWorld {
  desk: FakeDesk;
  state: StoredResource[];
  /** Default: there is no address. */
  asked?: AskedDatabase;
  openRender: () => Promise<FakeWorld["context"]["render"]>;
}

/**
 * A stack whose file says one thing, and state and Render what an update of another left there; by default the same.
 * @param deployed text of the stack file at the last update.
 */
export function statusWorld(text: string, deployed: string = text): StatusWorld {
  const world = fakeWorld({ [BACKEND]: "web_service", [FRONTEND]: "static_site" });
  const { config, plan } = requireStack(fakeDesk({ text: deployed }).directory, STACK);
  const renderName = (name: string) =>
    config.services.find((service) => service.key === name)?.renderName ?? name;
  for (const { key, value, serviceKey: service } of plan.flags)
    world.services.get(`srv-${renderName(service)}`)!.envVars.set(key, value);
  const state: StoredResource[] = [
    ...plan.flags.map(({ key, value, serviceKey: service }) => ({
      kind: "FeatureFlag",
      name: key,
      inputs: {},
      outputs: { renderName: renderName(service), key, value, status: "succeeded" },
    })),
    ...plan.deploys.map((deploy) => ({
      kind: "Deploy",
      name: deploy.id,
      inputs: {},
      outputs: {
        renderName: deploy.renderName,
        deployId: "dep-first",
        liveAt: CLOSED_AT,
        status: "succeeded",
      },
    })),
    storedMigrations(plan.groups.flatMap(({ target }) => target)),
    ...plan.gates.map((gate) => {
      const inputs = { ...gateInputs(config, plan, gate) };
      const times = { verifiedAt: PASSED_AT, passedAt: PASSED_AT };
      const closed = gate.state === "closed" ? { closedAt: PASSED_AT } : { deploys: {}, schema: {} };
      const outputs = { ...inputs, ...times, ...closed, version: 1, status: "succeeded", checks: [] };
      return { kind: "Gate", name: gate.name, inputs, outputs };
    }),
  ];
  const desk = fakeDesk({ text, state });
  return Object.assign(world, { desk, state, openRender: async () => awaitable(world.context.render) });
}

/** The fake answers no call that nobody expected, and an `await` would look for a method "then". */
function awaitable<T extends object>(render: T): T {
  return new Proxy(render, {
    get: (target, key) => (key === "then" ? undefined : (Reflect.get(target, key) as unknown)),
  });
}

/** The same, some minutes after the gate passed. */
export function after(minutes: number, phase: string, more = ""): StatusWorld {
  const world = statusWorld(stackFile(phase, more));
  world.clock.ms += minutes * 60_000;
  return world;
}

/** The stored gate of a phase; tests change what it says. */
export function gateOf({ state }: StatusWorld, phase: string): StoredResource {
  return state.find(({ kind, name }) => kind === "Gate" && name === `gate-${phase}`)!;
}

export interface Told {
  code: number;
  facts: StatusFacts & { act: string[] };
  words: string;
}

export async function tell(world: StatusWorld, options: Partial<StatusOptions> = {}): Promise<Told> {
  const code = await run(world, { json: true, ...options });
  return {
    code,
    facts: JSON.parse(world.desk.data.join("")) as Told["facts"],
    words: world.desk.said.join("\n"),
  };
}

export async function show(world: StatusWorld, options: Partial<StatusOptions> = {}): Promise<string> {
  await run(world, options);
  return world.desk.data.join("\n").replaceAll(/\u001b\[\d+m/g, "");
}

export async function run(world: StatusWorld, options: Partial<StatusOptions>): Promise<number> {
  const { probe, fetch, sleep } = world.context;
  const openDatabase = () => Promise.resolve(world.asked ?? { because: NO_DATABASE_URL });
  const ports = {
    probe,
    fetch,
    sleep: (ms: number) => sleep(ms),
    elapsed: () => world.clock.ms,
    openDatabase,
  };
  if (options.offline === true) return statusByFiles(world.desk, { stack: STACK, ...options });
  return status(world.desk, world.openRender, ports, { stack: STACK, ...options });
}
