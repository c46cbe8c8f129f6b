import type { StackConfig } from "../../../components/config";
import type { MigrationReading } from "../../../components/database";
import { pagesOf, refOf } from "../../../components/providers/gate/gate-inputs";
import { judgeByRender } from "../../../components/providers/flag-evidence";
import { joinBaselines } from "../../../components/providers/gate/baseline";
import { takenBaseline } from "../../../components/providers/gate/inputs";
import { createObserved, type Observed } from "../../../components/providers/observed";
import { mayBeAsleep } from "../../../components/providers/wake";
import type { Deploy } from "../../../components/render/client";
import type { Engine, StoredResource } from "../../engine/port";
import { attempt } from "../../shared/attempt";
import type { Desk } from "../../shared/desk";
import type { OpenRender } from "../../shared/render-access";
import { requireStack, type LoadedStack } from "../../shared/load-stack";
import { requireReachable } from "../../shared/require-reachable";
import { readShown, type OpenDatabase } from "../../shared/shown-migrations";
import { readStanding } from "../../shared/standing";
import { addressGiven, requireAddresses, type Addresses } from "./addresses";
import { keptState, withinPatience } from "./kept-state";
import { outlookOf } from "./outlook";
import {
  expectsOf,
  shapeOf,
  type MigrationsInState,
  type ReadSystem,
  type System,
  type VerifiedFlag,
  type VerifiedService,
} from "../system";

/** Milliseconds: this only looks, so it gives up on Render long before an update would. */
const RENDER_BUDGETS = { requestTimeoutMs: 10_000, totalMs: 15_000 };

const STATE_UNREAD = "state was not read";
const RENDER_UNASKED = "Render was not asked";

/**
 * A stack's system by its files, Render and state. What is missing on the way (no Pulumi, no key) is noted, and less is
 * verified.
 * @param ports `elapsed`: milliseconds on a clock that only moves forward.
 * @throws RolloutError CONFIG_INVALID, before anything is asked.
 */
export async function systemOfStack(
  desk: Desk,
  openRender: OpenRender,
  stack: string,
  addresses: Addresses,
  { elapsed, openDatabase }: { elapsed: () => number; openDatabase: OpenDatabase },
): Promise<{ read: ReadSystem; engine: Engine | undefined }> {
  const first = requireStack(desk.directory, stack);
  requireAddresses(first.config.services, addresses);
  const missing: string[] = [];
  const engine = await attempt(() => withinPatience(desk.openEngine(stack)), STATE_UNREAD, missing);
  const render = await attempt(
    () => openRender(first.config, engine, RENDER_BUDGETS),
    RENDER_UNASKED,
    missing,
  );
  const database = await openDatabase(engine);
  const readState = engine === undefined ? undefined : keptState(engine, elapsed);
  let loaded = first;
  const read = async () => {
    const notes = [...missing];
    loaded =
      (await attempt(() => requireStack(desk.directory, stack), "still as it was declared before", notes)) ??
      loaded;
    const { workspace } = loaded.config;
    // A new one each time: it remembers what it has seen.
    const observed = render === undefined ? undefined : createObserved(render, { workspace });
    const [state, found, { readings }] = await Promise.all([
      readState === undefined ? undefined : attempt(readState, STATE_UNREAD, notes),
      readServices(loaded, addresses, observed, notes),
      readShown(loaded.config, database),
    ]);
    const services = found.map((each) => withEvidence(each, state));
    const here = desk.now();
    // Its last reply has told it already; one that did not reply is not waited for once more.
    const known = await render?.now().catch(() => undefined);
    const system = await systemOf(loaded, { services, shown: readings, now: known ?? here }, state, notes);
    return known === undefined ? system : { ...system, clockAheadMs: known.getTime() - here.getTime() };
  };
  return { read, engine };
}

async function systemOf(
  loaded: LoadedStack,
  {
    services,
    shown,
    now,
  }: { services: VerifiedService[]; shown: Record<string, MigrationReading>; now: Date },
  state: StoredResource[] | undefined,
  notes: string[],
): Promise<System> {
  const { config, plan } = loaded;
  const standing = state === undefined ? undefined : readStanding(state);
  if (standing?.exists === true)
    await attempt(
      () => {
        requireReachable(loaded, standing);
      },
      "no update can get to what is declared",
      notes,
    );
  const gates = state?.filter(({ kind }) => kind === "Gate") ?? [];
  const parts = gates.map(({ name, outputs }) =>
    name === "gate-preparation" ? outputs["baseline"] : outputs["completes"],
  );
  const baseline = takenBaseline({ baseline: joinBaselines(parts as Parameters<typeof joinBaselines>[0]) });
  const inState: MigrationsInState =
    standing === undefined
      ? { known: false, why: "not-read" }
      : standing.exists
        ? { known: true, applied: standing.applied }
        : { known: false, why: "no-update-yet" };
  return {
    stack: config.stack,
    services,
    timeZone: config.timeZone,
    ...(standing === undefined ? {} : { outlook: outlookOf(loaded, standing, now) }),
    thresholds: config.thresholds,
    ...(baseline === undefined
      ? {
          noBaseline:
            standing === undefined
              ? STATE_UNREAD
              : "the gate of preparation takes it, rebaseline takes it again",
        }
      : { baseline }),
    ...(plan.groups.length === 0
      ? {}
      : { migrations: { target: plan.groups.flatMap(({ target }) => target), inState, shown } }),
    ...verifiedPages(loaded, services),
    notes,
  };
}

/** Pages go by the name that their service has on Render, as services do here. */
function verifiedPages({ config, plan }: LoadedStack, services: VerifiedService[]): Pick<System, "pages"> {
  const { pages = [] } = pagesOf(config, plan, { phase: config.phase });
  if (pages.length === 0) return {};
  const nameOf = (renderName: string) => {
    const index = config.services.findIndex((service) => service.renderName === renderName);
    return services[index]?.name ?? renderName;
  };
  return { pages: pages.map((page) => ({ ...page, renderName: nameOf(page.renderName) })) };
}

/** A service, and what only the evidence of a service without a report needs. */
interface FoundService {
  verified: VerifiedService;
  config: StackConfig["services"][number];
  seen: SeenOnRender | undefined;
  unset: Record<string, "on" | "off" | "unknown">;
}

/** What Render says of the flags of a service that cannot report them. */
function withEvidence(
  { verified, config, seen, unset }: FoundService,
  state: StoredResource[] | undefined,
): VerifiedService {
  const { reports } = config;
  if (
    reports === undefined ||
    !("none" in reports) ||
    seen?.values === undefined ||
    seen.deploys === undefined
  )
    return verified;
  const deploy = state?.find(({ kind, name }) => kind === "Deploy" && name === `deploy-${config.key}`);
  const id: unknown = deploy?.outputs["deployId"];
  const declared = Object.fromEntries(
    verified.flags.flatMap(({ key, declared: value }) =>
      value === undefined ? [] : [[key, value] as const],
    ),
  );
  const byRender = judgeByRender({
    ...{ service: verified.name, reason: reports.none, declared, unset },
    ...{
      values: seen.values,
      groupValues: seen.groupValues,
      deploys: seen.deploys,
      deployId: typeof id === "string" && id !== "" ? id : undefined,
    },
  });
  return { ...verified, byRender };
}

function unsetOf({ config }: LoadedStack, service: StackConfig["services"][number]): FoundService["unset"] {
  return Object.fromEntries(
    config.flags.flatMap(({ key, serviceKey, unset }) =>
      serviceKey === service.key && unset !== undefined ? [[key, unset] as const] : [],
    ),
  );
}

async function readServices(
  loaded: LoadedStack,
  addresses: Addresses,
  observed: Observed | undefined,
  notes: string[],
): Promise<FoundService[]> {
  const { config, plan } = loaded;
  return Promise.all(
    config.services.map(async (service): Promise<FoundService> => {
      const seen = observed === undefined ? undefined : await readOnRender(service, observed, notes);
      const url = addressGiven(config.services, service, addresses) ?? service.url ?? seen?.url;
      const unset = unsetOf(loaded, service);
      const flags = Object.entries(expectsOf(plan, service)).map(([key, declared]): VerifiedFlag => ({
        key,
        declared,
        ...(observed === undefined ? {} : { onRender: shownValue(seen?.values, key, unset[key]) }),
      }));
      const shape = shapeOf(service);
      // A service that config names by its id may be called otherwise; gates store figures under Render's name.
      const verified = {
        ...shape,
        name: seen?.name ?? shape.name,
        ...(url === undefined ? {} : { url }),
        ...(seen?.mayBeAsleep === true ? { mayBeAsleep: true } : {}),
        flags,
      };
      return { verified, config: service, seen, unset };
    }),
  );
}

interface SeenOnRender {
  name: string;
  url?: string;
  mayBeAsleep: boolean;
  values?: ReadonlyMap<string, string>;
  /** Of linked environment groups; read only where they are evidence. */
  groupValues: ReadonlyMap<string, string> | undefined;
  /** Newest first; read only where they are evidence. */
  deploys?: readonly Deploy[];
}

async function readOnRender(
  target: StackConfig["services"][number],
  observed: Observed,
  notes: string[],
): Promise<SeenOnRender | undefined> {
  const what = `Render told nothing about ${target.renderName}`;
  const service = await attempt(() => observed.service(refOf(target)), what, notes);
  if (service === undefined) return undefined;
  const values = await attempt(() => observed.envVars(service.id), `${what}'s variables`, notes);
  const url = service.serviceDetails?.url;
  const silent = target.reports !== undefined && "none" in target.reports;
  const deploys = silent
    ? await attempt(() => observed.deploys(service.id), `${what}'s deploys`, notes)
    : undefined;
  const groupValues = silent ? await observed.groupVars(service).catch(() => undefined) : undefined;
  // It is only how long a first answer is waited for, so it needs no Render's clock, and no word where it cannot be told.
  const asleep = await mayBeAsleep({ observed, now: () => Promise.resolve(new Date()) }, service).catch(
    () => true,
  );
  return {
    name: service.name,
    ...(url === undefined ? {} : { url }),
    mayBeAsleep: asleep,
    groupValues,
    ...(values === undefined ? {} : { values }),
    ...(deploys === undefined ? {} : { deploys }),
  };
}

function shownValue(
  values: ReadonlyMap<string, string> | undefined,
  key: string,
  unset: "on" | "off" | "unknown" | undefined,
): VerifiedFlag["onRender"] {
  if (values === undefined) return "unknown";
  const value = values.get(key) ?? (unset === "on" ? "true" : unset === "unknown" ? "unknown" : "false");
  if (!values.has(key) && value === "unknown") return "unknown";
  return value === "true" || value === "false" ? value : "other";
}
