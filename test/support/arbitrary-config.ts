import fc from "fast-check";
import { PHASES, phaseIndex, type Phase, type StackConfig } from "../../components/config";
import { parseStackConfig } from "../../components/config/parse-stack-config";

/**
 * Any config that schema and rules accept, as a person could have written it: values by key, without the namespace.
 * Drawn flat and then put together, since what is valid depends on the rest: a number picks from whatever there is.
 */
export function arbitraryWrittenConfig(): fc.Arbitrary<Record<string, unknown>> {
  return draws.map((drawn) => {
    const services = drawServices(drawn.services);
    const migrations = drawMigrations(drawn.migrations);
    const flags = drawFlags(drawn.flags, services, migrations);
    const { phase, where, words, soak } = drawn;
    const servers = Object.keys(services).filter((name) => services[name]!.kind === "web_service");
    // A command without {id} acts on all migrations: only where they are of one phase.
    const one = new Set(Object.values(migrations).map(({ phase: each }) => each)).size < 2;
    const [applies, rollsBack] = one ? words : (["{id}", "{id}"] as const);
    const commands = { status: ["migrate"], apply: ["migrate", applies], rollback: ["migrate", rollsBack] };
    const adopt =
      drawn.adopt === undefined ? {} : { adopt: pick(PHASES.slice(0, phaseIndex(phase) + 1), drawn.adopt) };
    const consents = some(Object.keys(migrations), drawn.consents).map(
      (id, index) => [id, pick(SIGNATURES, index)] as const,
    );
    return {
      ...{ phase, services, flags, migrations, ...adopt },
      ...{ hold: some(Object.keys(flags), drawn.hold), acceptDataLoss: Object.fromEntries(consents) },
      acknowledged: Object.fromEntries(
        some(["team", "support"], drawn.hold).map((item) => [item, SIGNATURES[0]]),
      ),
      runner: { where, service: pick(servers, drawn.consents), commands },
      backup: { command: "true" },
      soak: Object.fromEntries(soak.map(([each, count, unit]) => [each, `${count} ${unit}`])),
    };
  });
}

/** Any valid config, resolved. A value that the parser refuses is a mistake of this file and ends the test. */
export function arbitraryConfig(): fc.Arbitrary<StackConfig> {
  return arbitraryWrittenConfig().map((values) => {
    const parsed = parseStackConfig({ project: "rollout", stack: "any", values, sources: [] });
    if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join("\n"));
    return parsed.config;
  });
}

export const anyPhase: fc.Arbitrary<Phase> = fc.constantFrom(...PHASES);

const SIGNATURES = ["2026-11-24 by Ada", "2026-11-25T22:10 by Bo", "2026-11-26T22:10:30+01:00 by Cy D."];

const bits = fc.nat(0xffff);
const laterPhase = fc.constantFrom(...PHASES.slice(1));
const kind = fc.constantFrom("web_service" as const, "static_site" as const);
const word = fc.constantFrom("{id}", "--all");
const unit = fc.constantFrom("seconds", "minutes", "hours", "day");
/** Names with everything that their form allows, and some that JavaScript has a meaning for. */
const serviceName = fc.constantFrom("site", "Site-2", "worker_1", "a.b", "constructor", "toString", "7");
const migrationId = fc.constantFrom("001_a", "002-b", "3", "10", "9", "a.b", "constructor", "V1__init");
const flagName = fc.constantFrom("A", "B1", "C_", "NEW_LOOK", "X", "CART", "VITE_", "Z9_9");

const draws = fc.record({
  phase: anyPhase,
  adopt: fc.option(bits, { nil: undefined }),
  services: fc.uniqueArray(fc.tuple(serviceName, kind), { maxLength: 4, selector: ([name]) => name }),
  migrations: fc.uniqueArray(fc.tuple(migrationId, laterPhase), { maxLength: 6, selector: ([id]) => id }),
  flags: fc.uniqueArray(fc.tuple(flagName, bits, laterPhase, bits), {
    maxLength: 8,
    selector: ([name]) => name,
  }),
  hold: bits,
  consents: bits,
  where: fc.constantFrom("local", "ssh", "render-job"),
  words: fc.tuple(word, word),
  soak: fc.uniqueArray(fc.tuple(anyPhase, fc.nat(500), unit), { maxLength: 4, selector: ([phase]) => phase }),
});

type Kind = "web_service" | "static_site";
type Services = Record<string, { kind: Kind; healthPath: string }>;
type Migrations = Record<string, { phase: Phase }>;

/** One web service at least, so that a runner can have one. */
function drawServices(drawn: readonly (readonly [string, Kind])[]): Services {
  const named = [["api", "web_service"] as const, ...drawn];
  return Object.fromEntries(named.map(([name, each]) => [name, { kind: each, healthPath: "/health" }]));
}

/** Phases rise with the order of the map; neighbours often share one, and then form a group. */
function drawMigrations(drawn: readonly (readonly [string, Phase])[]): Migrations {
  const phases = drawn.map(([, phase]) => phase).sort((a, b) => phaseIndex(a) - phaseIndex(b));
  // A map puts keys that are whole numbers first, whatever the order in which they were set.
  const ids = Object.keys(Object.fromEntries(drawn));
  return Object.fromEntries(
    ids.map((id, index) => {
      const told = {
        purpose: `Adds ${id}`,
        rollbackRisk: pick(["low", "medium", "high"], index),
        rollbackLoses: `drops ${id}`,
      };
      return [id, { phase: phases[index]!, ...told }];
    }),
  );
}

function drawFlags(
  drawn: readonly (readonly [string, number, Phase, number])[],
  services: Services,
  migrations: Migrations,
): Record<string, object> {
  const flags = drawn.map(([name, which, phase, needs]) => {
    const service = pick(Object.keys(services), which);
    const there = Object.keys(migrations).filter(
      (id) => phaseIndex(migrations[id]!.phase) <= phaseIndex(phase),
    );
    const prefix = services[service]!.kind === "static_site" ? "VITE_" : "ENABLE_";
    return [
      `${prefix}${name}`,
      { service, phase, purpose: `Shows ${name}`, requires: some(there, needs) },
    ] as const;
  });
  return Object.fromEntries(flags);
}

function pick<T>(from: readonly T[], number: number): T {
  return from[number % from.length]!;
}

/** The items whose bits are set. */
function some<T>(from: readonly T[], mask: number): T[] {
  return from.filter((_, index) => (mask >> index) % 2 === 1);
}
