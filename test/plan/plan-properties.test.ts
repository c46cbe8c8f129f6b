import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PHASES, phaseIndex, type StackConfig } from "../../components/config";
import { planRollout } from "../../components/plan/plan-rollout";
import type { Plan } from "../../components/plan/plan";
import { anyPhase, arbitraryConfig } from "../support/arbitrary-config";
import { after } from "../support/graph";

/** Holds a claim against plans of arbitrary valid configs. */
function holds(claim: (plan: Plan, config: StackConfig) => void): void {
  fc.assert(
    fc.property(arbitraryConfig(), (config) => {
      claim(planRollout(config), config);
    }),
    { numRuns: 300 },
  );
}

describe("the plan of any valid config", () => {
  it("asks the database, then makes the backup, then applies what is wanted, then switches flags on", () => {
    holds(({ groups, flags, edges }) => {
      for (const group of groups.filter(({ wanted }) => wanted)) {
        const later = after(edges, group.id);
        expect(after(edges, "survey")).toContain("backup:apply");
        expect(after(edges, "backup:apply")).toContain(group.id);
        for (const { id } of flags.filter(({ on }) => on)) expect(later).toContain(id);
      }
    });
  });

  it("wants every migration that a flag which is on needs", () => {
    holds(({ groups, flags }) => {
      const targets = groups.flatMap(({ target }) => target);
      for (const { requires } of flags.filter(({ on }) => on))
        expect(targets).toEqual(expect.arrayContaining(requires));
    });
  });

  it("touches an unwanted migration only after every deploy, with its consent spent and a backup made in between", () => {
    holds(({ groups, deploys, edges }) => {
      for (const { id } of groups.filter(({ wanted }) => !wanted)) {
        for (const deploy of deploys) expect(after(edges, deploy.id)).toContain("consents");
        expect(after(edges, "consents")).toContain("backup:rollback");
        expect(after(edges, "backup:rollback")).toContain(id);
      }
    });
  });

  it("applies groups in the catalogue's order, and goes through unwanted ones in reverse", () => {
    holds(({ groups, edges }) => {
      const wanted = groups.filter((group) => group.wanted);
      const unwanted = groups.filter((group) => !group.wanted).reverse();
      for (const [index, group] of wanted.slice(1).entries())
        expect(after(edges, wanted[index]!.id)).toContain(group.id);
      for (const [index, group] of unwanted.slice(1).entries())
        expect(after(edges, unwanted[index]!.id)).toContain(group.id);
    });
  });

  it("writes every flag of a service before the service's deploy", () => {
    holds(({ flags, edges }) => {
      for (const { id, serviceKey: service } of flags)
        expect(edges).toContainEqual({ from: id, to: `deploy:${service}` });
    });
  });

  it("has no cycle: its nodes stand in an order that every edge follows", () => {
    holds(({ nodes, edges }) => {
      const place = new Map(nodes.map((node, index) => [node, index]));
      expect(place.size).toBe(nodes.length);
      for (const { from, to } of edges) expect(place.get(from)!).toBeLessThan(place.get(to)!);
    });
  });

  it("names in its edges only nodes that it has, each edge once", () => {
    holds(({ nodes, edges, flags, deploys, groups, survey, pending, consents, backups, gates }) => {
      const ids = [flags, deploys, groups, backups, gates].flat().map(({ id }) => id as string);
      const asked = [survey, pending, consents].flatMap((one) => one?.id ?? []);
      expect(nodes.toSorted()).toEqual([...ids, ...asked].sort());
      expect(edges.flatMap(({ from, to }) => [from, to]).filter((node) => !nodes.includes(node))).toEqual([]);
      expect(new Set(edges.map(({ from, to }) => `${from} ${to}`)).size).toBe(edges.length);
    });
  });

  it("closes every earlier gate and opens exactly the phase's own, which looks at everything", () => {
    holds(({ gates, nodes, edges }, { phase }) => {
      expect(gates.map((gate) => gate.phase)).toEqual(PHASES.slice(0, phaseIndex(phase) + 1));
      expect(gates.filter(({ state }) => state === "open").map((gate) => gate.phase)).toEqual([phase]);
      for (const node of nodes.filter((each) => each !== `gate:${phase}`))
        expect(after(edges, node)).toContain(`gate:${phase}`);
    });
  });

  it("begins nothing of a phase before the last earlier gate is closed", () => {
    holds(({ gates, nodes, edges }) => {
      const closed = gates.filter(({ state }) => state === "closed").map(({ id }) => id);
      for (const [index, id] of closed.entries()) {
        const rest = nodes.filter(
          (node) => !closed.slice(0, index + 1).includes(node as (typeof closed)[number]),
        );
        expect(rest.filter((node) => !after(edges, id).has(node))).toEqual([]);
      }
    });
  });

  it("is plain JSON and comes out the same each time", () => {
    holds((plan, config) => {
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      expect(planRollout(structuredClone(config))).toEqual(plan);
    });
  });

  it("knows for each group which flags that are on need it", () => {
    holds(({ groups, flags }) => {
      for (const { migrations, neededBy } of groups) {
        const ids = migrations.map(({ id }) => id);
        const needing = flags.filter(({ on, requires }) => on && requires.some((id) => ids.includes(id)));
        expect(neededBy).toEqual(needing.map(({ key }) => key));
      }
    });
  });
});

describe("between two phases of one config", () => {
  it("an advance turns no flag off and drops no migration from the target", () => {
    fc.assert(
      fc.property(arbitraryConfig(), anyPhase, anyPhase, (config, one, other) => {
        const [from, to] = inOrder(one, other).map((phase) => planRollout({ ...config, phase }));
        const off = from!.flags.filter(({ on }, index) => on && !to!.flags[index]!.on);
        expect(off).toEqual([]);
        expect(targetOf(to!)).toEqual(expect.arrayContaining(targetOf(from!)));
      }),
    );
  });

  it("going back asks for no gate to be closed that was not closed already, nor for any acknowledgement", () => {
    fc.assert(
      fc.property(arbitraryConfig(), anyPhase, anyPhase, (config, one, other) => {
        const [back, ahead] = inOrder(one, other);
        const to = planRollout({ ...config, phase: back!, acknowledged: {}, acceptDataLoss: {} });
        const closedBefore = closedOf(planRollout({ ...config, phase: ahead! }));
        expect(closedOf(to).filter((phase) => !closedBefore.includes(phase))).toEqual([]);
        // A plan says nothing about acknowledgements: the only thing that could ask for one is a gate that closes.
        expect(planRollout({ ...config, phase: back!, acceptDataLoss: {} })).toEqual(to);
      }),
    );
  });

  it("going back without consent rolls no migration back", () => {
    fc.assert(
      fc.property(arbitraryConfig(), anyPhase, (config, phase) => {
        const { groups } = planRollout({ ...config, phase, acceptDataLoss: {} });
        expect(groups.flatMap(({ consents }) => Object.keys(consents))).toEqual([]);
      }),
    );
  });

  it("names stay the same: what exists in both phases is the same resource", () => {
    fc.assert(
      fc.property(arbitraryConfig(), anyPhase, anyPhase, (config, one, other) => {
        const [from, to] = [planRollout({ ...config, phase: one }), planRollout({ ...config, phase: other })];
        const names = ({ flags, deploys, groups, survey, consents, backups }: Plan) => [
          ...flags.map(({ id }) => id),
          ...deploys.map(({ id }) => id),
          ...groups.map(({ name }) => name),
          ...[survey, consents].flatMap((part) => part?.name ?? []),
          ...backups.map(({ name }) => name),
        ];
        expect(names(to)).toEqual(names(from));
        expect(new Set(names(to)).size).toBe(names(to).length);
      }),
    );
  });
});

describe("hold", () => {
  it("only ever turns flags off, and nothing else changes", () => {
    fc.assert(
      fc.property(arbitraryConfig(), (config) => {
        const [without, with_] = [planRollout({ ...config, hold: [] }), planRollout(config)];
        for (const [index, flag] of with_.flags.entries()) {
          const free = without.flags[index]!;
          expect(flag.on).toBe(free.on && !config.hold.includes(flag.key));
        }
        const rest = { flags: [], deploys: [], groups: [], edges: [] };
        expect({ ...with_, ...rest }).toEqual({ ...without, ...rest });
        const wanted = ({ groups }: Plan) => groups.map(({ neededBy: _, ...group }) => group);
        expect(wanted(with_)).toEqual(wanted(without));
      }),
    );
  });
});

function inOrder(one: StackConfig["phase"], other: StackConfig["phase"]): StackConfig["phase"][] {
  return [one, other].sort((a, b) => phaseIndex(a) - phaseIndex(b));
}

function targetOf({ groups }: Plan): string[] {
  return groups.flatMap(({ target }) => target);
}

function closedOf({ gates }: Plan): string[] {
  return gates.filter(({ state }) => state === "closed").map(({ phase }) => phase);
}
