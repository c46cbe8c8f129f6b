import * as pulumi from "@pulumi/pulumi";

import type { Plan } from "../plan/plan";
import type { Deploy, Gate, Migrations } from "./dynamic-resources";

/** What a stack's outputs tell: where the rollout stands, and the evidence of each gate. */
export interface StackOutputs {
  phase: string;
  flags: Record<string, string>;
  migrations: pulumi.Output<Record<string, { applied: string[]; kept: string[] }>>;
  deploys: pulumi.Output<Record<string, { deployId: string; liveAt: string; zeroDowntime: unknown }>>;
  gates: pulumi.Output<Record<string, unknown>>;
}

/** The resources that outputs tell of, by the catalogue's names and in the plan's order. */
interface Told {
  migrations: ReadonlyMap<string, Migrations>;
  deploys: ReadonlyMap<string, Deploy>;
  gates: ReadonlyMap<string, Gate>;
}

export function stackOutputs({ phase, flags }: Plan, { migrations, deploys, gates }: Told): StackOutputs {
  return {
    phase,
    flags: Object.fromEntries(flags.map(({ key, on }) => [key, on ? "on" : "off"])),
    migrations: each(migrations, ({ applied, kept }) => ({ applied, kept })) as StackOutputs["migrations"],
    deploys: each(deploys, ({ deployId, liveAt, zeroDowntime }) => ({
      deployId,
      liveAt,
      zeroDowntime,
    })) as StackOutputs["deploys"],
    gates: each(gates, evidenceOf),
  };
}

function each<T>(resources: ReadonlyMap<string, T>, pick: (resource: T) => pulumi.Inputs) {
  return pulumi.output(Object.fromEntries([...resources].map(([name, resource]) => [name, pick(resource)])));
}

/** All that a gate has to show; of the baseline its figures, not the whole distribution. */
function evidenceOf(gate: Gate): pulumi.Inputs {
  const { state, status, direction, verifiedAt, passedAt, closedAt, baselineTakenAt } = gate;
  const { checks, closing, measured, acknowledged } = gate;
  const times = { verifiedAt, passedAt, closedAt, baselineTakenAt };
  return { state, status, direction, ...times, checks, closing, measured, acknowledged };
}
