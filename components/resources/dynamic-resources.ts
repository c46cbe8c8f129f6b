import * as pulumi from "@pulumi/pulumi";

import type { DeployInputs } from "../providers/deploy/deploy";
import type { Served } from "../providers/deploy/served-bytes";
import type { ZeroDowntime } from "../providers/deploy/zero-downtime";
import type { FeatureFlagInputs } from "../providers/feature-flag";
import type { GateInputs, GateOutputs } from "../providers/gate/gate";
import type { ConsentsInputs } from "../providers/migrations/consents";
import type { MigrationsInputs } from "../providers/migrations/inputs";
import type { PendingInputs } from "../providers/migrations/pending";
import type { SurveyInputs } from "../providers/migrations/survey";
import { resourceType } from "./former-types";
import { leaveOutPromiseStacks } from "./no-promise-stacks";
import { leaveOutSourcePositions } from "./no-source-positions";
import { storedProvider, type ProviderKind } from "./stored-provider";

/** Every field of an input may still be on its way from another resource. */
type Args<T> = {
  [K in keyof T]: pulumi.Input<T[K] extends Record<string, string> | undefined ? pulumi.Inputs : T[K]>;
};

leaveOutSourcePositions();
leaveOutPromiseStacks();

/** What `pulumi.dynamic.Resource` makes of itself, with a provider's text of our own. @source pulumi/sdk `dynamic/index.ts`. */
class DynamicResource extends pulumi.CustomResource {
  constructor(
    kind: ProviderKind,
    type: string,
    name: string,
    args: pulumi.Inputs,
    options: pulumi.CustomResourceOptions,
  ) {
    super(resourceType(type), name, { ...args, __provider: storedProvider(kind) }, options);
  }
}

// Outputs are `declare`d and passed as undefined: with ES2022 fields a plain declaration would erase them, and an
// output that is not among the arguments is not awaited. @source pulumi/pulumi#5174, #12160.

/** One environment variable of one service; see components/providers/feature-flag.ts. */
export class FeatureFlag extends DynamicResource {
  declare readonly value: pulumi.Output<string>;
  declare readonly revision: pulumi.Output<string>;

  constructor(name: string, args: Args<FeatureFlagInputs>, options: pulumi.CustomResourceOptions) {
    super("feature-flag", "FeatureFlag", name, { ...args, revision: undefined }, options);
  }
}

/** The one deploy of a service that makes its flags live; see components/providers/deploy/deploy.ts. */
export class Deploy extends DynamicResource {
  declare readonly deployId: pulumi.Output<string>;
  declare readonly liveAt: pulumi.Output<string>;
  declare readonly zeroDowntime: pulumi.Output<ZeroDowntime>;
  declare readonly served: pulumi.Output<Served>;
  declare readonly managed: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: Args<DeployInputs>, options: pulumi.CustomResourceOptions) {
    const outputs = {
      ...{ deployId: undefined, liveAt: undefined, zeroDowntime: undefined },
      ...{ served: undefined, managed: undefined },
    };
    super("deploy", "Deploy", name, { ...args, ...outputs }, options);
  }
}

/** The question to the database in front of all that relies on the schema; see components/providers/migrations/survey.ts. */
export class Survey extends DynamicResource {
  declare readonly askedAt: pulumi.Output<string>;

  constructor(name: string, args: Args<SurveyInputs>, options: pulumi.CustomResourceOptions) {
    super("survey", "Schema", name, { ...args, askedAt: undefined }, options);
  }
}

/** What the database lacks of what is wanted; see components/providers/migrations/pending.ts. */
export class Pending extends DynamicResource {
  declare readonly work: pulumi.Output<string>;

  constructor(name: string, args: Args<PendingInputs>, options: pulumi.CustomResourceOptions) {
    super("pending", "PendingMigrations", name, { ...args, work: undefined }, options);
  }
}

/** The stack's consents to lose data, and which are spent; see components/providers/migrations/consents.ts. */
export class Consents extends DynamicResource {
  declare readonly spent: pulumi.Output<Record<string, string[]>>;
  declare readonly spendings: pulumi.Output<Record<string, string>>;
  declare readonly work: pulumi.Output<string>;

  constructor(name: string, args: Args<ConsentsInputs>, options: pulumi.CustomResourceOptions) {
    const outputs = { spent: undefined, spendings: undefined, work: undefined };
    super("consents", "Consents", name, { ...args, ...outputs }, options);
  }
}

/** The migrations of one phase; see components/providers/migrations/migrations.ts. */
export class Migrations extends DynamicResource {
  declare readonly applied: pulumi.Output<string[]>;
  declare readonly kept: pulumi.Output<string[]>;
  declare readonly revision: pulumi.Output<string>;

  constructor(name: string, args: Args<MigrationsInputs>, options: pulumi.CustomResourceOptions) {
    const outputs = { applied: undefined, kept: undefined, revision: undefined };
    super("migrations", "Migrations", name, { ...args, ...outputs }, options);
  }
}

/** One phase's memory; see components/providers/gate/gate.ts. */
export class Gate extends DynamicResource {
  declare readonly state: pulumi.Output<string>;
  declare readonly status: pulumi.Output<string>;
  declare readonly direction: pulumi.Output<string | undefined>;
  declare readonly verifiedAt: pulumi.Output<string>;
  declare readonly passedAt: pulumi.Output<string | undefined>;
  declare readonly closedAt: pulumi.Output<string | undefined>;
  declare readonly checks: pulumi.Output<unknown[]>;
  declare readonly closing: pulumi.Output<unknown[] | undefined>;
  declare readonly measured: pulumi.Output<unknown>;
  /** Only the preparation gate has it: what later gates compare with. */
  declare readonly baseline: pulumi.Output<GateInputs["baseline"]>;
  declare readonly baselineTakenAt: pulumi.Output<string | undefined>;
  /** The other gates have it: what they add to the baseline, where it could not be taken of every endpoint. */
  declare readonly completes: pulumi.Output<GateOutputs["completes"]>;
  /** By service: what it verified last; a gate that is closed keeps it. */
  declare readonly deploys: pulumi.Output<Record<string, string>>;
  declare readonly acknowledged: pulumi.Output<Record<string, string> | undefined>;

  constructor(name: string, args: Args<GateInputs>, options: pulumi.CustomResourceOptions) {
    const times = {
      verifiedAt: undefined,
      passedAt: undefined,
      closedAt: undefined,
      baselineTakenAt: undefined,
    };
    const found = {
      status: undefined,
      direction: undefined,
      checks: undefined,
      closing: undefined,
      measured: undefined,
      completes: undefined,
    };
    super(
      "gate",
      "Gate",
      name,
      { baseline: undefined, deploys: undefined, ...args, ...times, ...found },
      options,
    );
  }
}
