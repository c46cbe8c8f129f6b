import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import type { Service, StackConfig } from "../config/types";
import type { MigrationGroup, PlannedBackup } from "../plan/migration-groups";
import type { Plan, PlannedDeploy, PlannedFlag, PlannedGate } from "../plan/plan-rollout";
import type { GateMigrations, GateService } from "../providers/gate/gate";
import type { RunnerInput } from "../providers/migrations/runner";
import { Deploy, FeatureFlag, Gate, Migrations } from "./dynamic-resources";

/** What a stack's outputs tell: where the rollout stands, and the evidence of each gate. */
export interface RolloutOutputs {
  phase: string;
  flags: Record<string, string>;
  migrations: pulumi.Output<Record<string, { applied: string[]; kept: string[] }>>;
  deploys: pulumi.Output<Record<string, { deployId: string; liveAt: string; zeroDowntime: unknown }>>;
  gates: pulumi.Output<Record<string, unknown>>;
}

/**
 * The plan as Pulumi resources: one for each node, depending on what the plan's edges say must hold first.
 * It translates and decides nothing; names come from the catalogue's keys, never from a phase's position or a value.
 */
export class Rollout extends pulumi.ComponentResource {
  readonly outputs: RolloutOutputs;

  private readonly database: pulumi.ComponentResource;
  private readonly services: Map<string, pulumi.ComponentResource>;
  /** By node of the plan. */
  private readonly made = new Map<string, pulumi.Resource>();
  // By the catalogue's names, in the plan's order.
  private readonly flags = new Map<string, FeatureFlag>();
  private readonly deploys = new Map<string, Deploy>();
  private readonly migrations = new Map<string, Migrations>();
  private readonly gates = new Map<string, Gate>();

  constructor(
    name: string,
    private readonly config: StackConfig,
    private readonly plan: Plan,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("felix:Rollout", name, {}, options);
    this.database = new pulumi.ComponentResource("felix:Database", "database", {}, { parent: this });
    this.services = new Map(config.services.map((service) => [service.name, this.serviceComponent(service)]));
    const makers = this.makers();
    for (const node of plan.nodes) this.made.set(node, required(makers.get(node), node)());
    this.outputs = this.describe();
    this.registerOutputs({ phase: plan.phase });
  }

  /** By node: what makes its resource. All that must hold first is made already, because the plan's order says so. */
  private makers(): Map<string, () => pulumi.Resource> {
    const { flags, deploys, groups, gates } = this.plan;
    const backups = groups.flatMap(({ backup }) => (backup === undefined ? [] : [backup]));
    return new Map<string, () => pulumi.Resource>([
      ...flags.map((flag) => [flag.id, () => this.flag(flag)] as const),
      ...deploys.map((deploy) => [deploy.id, () => this.deploy(deploy)] as const),
      ...backups.map((backup) => [backup.id, () => this.backup(backup)] as const),
      ...groups.map((group) => [group.id, () => this.migrationsOf(group)] as const),
      ...gates.map((gate) => [gate.id, () => this.gate(gate)] as const),
    ]);
  }

  private serviceComponent({ name }: Service): pulumi.ComponentResource {
    return new pulumi.ComponentResource("felix:Service", name, {}, { parent: this });
  }

  private flag({ id, key, service, value }: PlannedFlag): FeatureFlag {
    const args = { ...refOf(this.service(service)), key, value };
    const resource = new FeatureFlag(key, args, this.optionsFor(id, this.services.get(service)));
    this.flags.set(key, resource);
    return resource;
  }

  private deploy({ id, service: name, expects }: PlannedDeploy): Deploy {
    const service = this.service(name);
    const args = {
      ...refOf(service),
      ...addressOf(service),
      expects,
      revisions: Object.fromEntries(Object.keys(expects).map((key) => [key, required(this.flags.get(key), key).revision])),
      timeoutSeconds: this.config.deployTimeoutSeconds,
    };
    const resource = new Deploy(`deploy-${name}`, args, this.optionsFor(id, this.services.get(name)));
    this.deploys.set(name, resource);
    return resource;
  }

  private backup({ id, name, triggers, runs }: PlannedBackup): pulumi.Resource {
    const { command, timeoutSeconds } = required(this.config.backup, id);
    // Its output stays out of the engine's log and state: a dump's tool may print its connection.
    // What it is for stands in its environment: a change of that runs it again, where `triggers` would replace it.
    const environment = { ROLLOUT_BACKUP_BEFORE: triggers.join(" ") };
    const args = { create: command, environment, logging: local.Logging.None };
    return new local.Command(name, args, {
      ...this.optionsFor(id, this.database),
      additionalSecretOutputs: ["stdout", "stderr"],
      customTimeouts: { create: `${timeoutSeconds}s`, update: `${timeoutSeconds}s` },
      // Where nothing may be rolled back, the backup made before stays as it is: an emergency waits for none.
      ...(runs ? {} : { ignoreChanges: ["create", "environment"] }),
    });
  }

  private migrationsOf({ id, name, migrations, target, consents }: MigrationGroup): Migrations {
    const args = {
      migrations: migrations.map(({ id: migration, rollbackLoses }) => ({ id: migration, rollbackLoses })),
      target,
      consents,
      runner: required(this.runner(), id),
      timeZone: this.config.timeZone,
    };
    const resource = new Migrations(name, args, this.optionsFor(id, this.database));
    this.migrations.set(name, resource);
    return resource;
  }

  private gate({ id, name, phase, state, adopted, soakSeconds }: PlannedGate): Gate {
    const runner = this.runner();
    const args = {
      phase,
      state,
      adopted,
      soakSeconds,
      timeZone: this.config.timeZone,
      services: this.config.services.map((service) => this.gateService(service)),
      migrations: this.plan.groups.map((group): GateMigrations => ({ ids: group.migrations.map((each) => each.id), target: group.target })),
      ...(runner === undefined ? {} : { runner }),
      rules: this.config.gates,
      ...(state === "open" ? this.triggersOfGate() : {}),
    };
    const resource = new Gate(name, args, this.optionsFor(id, this));
    this.gates.set(phase, resource);
    return resource;
  }

  /** Ids of what the open gate has to verify: when one of them changes, it verifies again, after a rollback too. */
  private triggersOfGate() {
    return {
      deploys: Object.fromEntries([...this.deploys].map(([name, { deployId }]) => [name, deployId])),
      schema: Object.fromEntries([...this.migrations].map(([name, { revision }]) => [name, revision])),
    };
  }

  private gateService(service: Service): GateService {
    const flags = required(this.plan.deploys.find((deploy) => deploy.service === service.name), service.name).expects;
    return { ...refOf(service), ...addressOf(service), flags };
  }

  private runner(): RunnerInput | undefined {
    const { runner } = this.config;
    if (runner === undefined) return undefined;
    const { where, workingDirectory, commands, timeoutSeconds } = runner;
    const on = runner.service === undefined ? {} : refOf(this.service(runner.service));
    return { where, ...on, ...(workingDirectory === undefined ? {} : { directory: workingDirectory }), commands, timeoutSeconds };
  }

  private service(name: string): Service {
    return required(this.config.services.find((service) => service.name === name), name);
  }

  private optionsFor(node: string, parent: pulumi.Resource | undefined): pulumi.CustomResourceOptions {
    const first = this.plan.edges.filter(({ to }) => to === node).map(({ from }) => required(this.made.get(from), from));
    return { parent: parent ?? this, dependsOn: first };
  }

  private describe(): RolloutOutputs {
    const all = <T>(map: Map<string, T>, pick: (resource: T) => pulumi.Inputs) =>
      pulumi.output(Object.fromEntries([...map].map(([name, resource]) => [name, pick(resource)])));
    return {
      phase: this.plan.phase,
      flags: Object.fromEntries(this.plan.flags.map(({ key, on }) => [key, on ? "on" : "off"])),
      migrations: all(this.migrations, ({ applied, kept }) => ({ applied, kept })) as RolloutOutputs["migrations"],
      deploys: all(this.deploys, ({ deployId, liveAt, zeroDowntime }) => ({ deployId, liveAt, zeroDowntime })) as RolloutOutputs["deploys"],
      gates: all(this.gates, ({ state, passedAt, closedAt, checks }) => ({ state, passedAt, closedAt, checks })),
    };
  }
}

function refOf({ renderName, id }: Service): { service: string; serviceId?: string } {
  return { service: renderName, ...(id === undefined ? {} : { serviceId: id }) };
}

function addressOf({ url, healthPath, flagsPath }: Service): { url?: string; healthPath: string; flagsPath?: string } {
  return { ...(url === undefined ? {} : { url }), healthPath, ...(flagsPath === undefined ? {} : { flagsPath }) };
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the plan and the config do not agree about ${what}`);
  return value;
}
