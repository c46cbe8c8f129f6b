import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import type { Service, StackConfig } from "../config/types";
import {
  probedAs,
  declaredMigration,
  flagSourceOf,
  gateInputs,
  lookedAt,
  refOf,
  runnerInput,
  smokeCommandRuns,
} from "../providers/gate/gate-inputs";
import { joinBaselines } from "../providers/gate/baseline";
import type { MigrationGroup, PlannedBackup } from "../plan/migration-groups";
import type { Plan, PlannedDeploy, PlannedFlag, PlannedGate } from "../plan/plan";
import { Consents, Deploy, FeatureFlag, Gate, Migrations, Pending, Survey } from "./dynamic-resources";
import { componentType, formerComponent, formerResource } from "./former-types";

/** By kind of node: the resource whose provider is ours. */
const KINDS: Readonly<Record<string, string>> = {
  flag: "FeatureFlag",
  deploy: "Deploy",
  migrations: "Migrations",
  gate: "Gate",
};

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
  /** By node of the plan: the nodes that it waits for. */
  private readonly waitsFor = new Map<string, string[]>();
  // By the catalogue's names, in the plan's order.
  private readonly flags = new Map<string, FeatureFlag>();
  private readonly deploys = new Map<string, Deploy>();
  private readonly migrations = new Map<string, Migrations>();
  private readonly gates = new Map<string, Gate>();
  private pending?: Pending;
  private consents?: Consents;

  constructor(
    name: string,
    private readonly config: StackConfig,
    private readonly plan: Plan,
    options?: pulumi.ComponentResourceOptions,
    /** The module's name in the type tokens of state that an earlier version wrote, where it had another. */
    private readonly formerModule?: string,
  ) {
    const aliases = formerComponent("Rollout", formerModule);
    super(componentType("Rollout"), name, {}, { ...options, aliases });
    for (const { to } of plan.edges) this.waitsFor.set(to, []);
    for (const { from, to } of plan.edges) this.waitsFor.get(to)?.push(from);
    this.database = this.part("Database", "database");
    this.services = new Map(config.services.map(({ key }) => [key, this.part("Service", key)]));
    const makers = this.makers();
    for (const node of plan.nodes) this.made.set(node, required(makers.get(node), node)());
    this.outputs = this.describe();
    this.registerOutputs({ phase: plan.phase });
  }

  /** By node: what makes its resource. All that must hold first is made already, because the plan's order says so. */
  private makers(): Map<string, () => pulumi.Resource> {
    const { flags, deploys, groups, survey, pending, consents, backups, gates } = this.plan;
    return new Map<string, () => pulumi.Resource>([
      ...flags.map((flag) => [flag.id, () => this.flag(flag)] as const),
      ...deploys.map((deploy) => [deploy.id, () => this.deploy(deploy)] as const),
      ...(survey === undefined ? [] : [[survey.id, () => this.surveyOf(survey)] as const]),
      ...(pending === undefined ? [] : [[pending.id, () => this.pendingOf(pending)] as const]),
      ...(consents === undefined ? [] : [[consents.id, () => this.consentsOf(consents)] as const]),
      ...backups.map((backup) => [backup.id, () => this.backup(backup)] as const),
      ...groups.map((group) => [group.id, () => this.migrationsOf(group)] as const),
      ...gates.map((gate) => [gate.id, () => this.gate(gate)] as const),
    ]);
  }

  private part(kind: "Database" | "Service", name: string): pulumi.ComponentResource {
    const options = { parent: this, aliases: formerComponent(kind, this.formerModule) };
    return new pulumi.ComponentResource(componentType(kind), name, {}, options);
  }

  private flag(flag: PlannedFlag): FeatureFlag {
    const { id, key, serviceKey, value, requires } = flag;
    const on = this.service(serviceKey);
    const needs = requires.length === 0 ? {} : { requires };
    const args = { ...refOf(on), key, value, ...flagSourceOf(on, flag), ...needs };
    const resource = new FeatureFlag(key, args, this.optionsFor(id, this.services.get(serviceKey)));
    this.flags.set(key, resource);
    return resource;
  }

  private deploy({ id, serviceKey, expects, buildTime }: PlannedDeploy): Deploy {
    const service = this.service(serviceKey);
    const args = {
      ...refOf(service),
      ...probedAs(service),
      expects,
      ...(buildTime.length === 0 ? {} : { buildTime }),
      revisions: Object.fromEntries(
        Object.keys(expects).map((key) => [key, required(this.flags.get(key), key).revision]),
      ),
      timeoutSeconds: this.config.deployTimeoutSeconds,
    };
    const resource = new Deploy(
      `deploy-${serviceKey}`,
      args,
      this.optionsFor(id, this.services.get(serviceKey)),
    );
    this.deploys.set(serviceKey, resource);
    return resource;
  }

  private surveyOf({ id, name }: NonNullable<Plan["survey"]>): Survey {
    const { groups, phase } = this.plan;
    const args = {
      migrations: this.config.migrations.map(declaredMigration),
      target: groups.flatMap(({ target }) => target),
      runner: required(runnerInput(this.config), id),
      phase,
      neededBy: [...new Set(groups.flatMap(({ neededBy }) => neededBy))],
    };
    return new Survey(name, args, this.optionsFor(id, this.database));
  }

  private pendingOf({ id, name }: NonNullable<Plan["pending"]>): Pending {
    const target = this.plan.groups.flatMap((group) => group.target);
    this.pending = new Pending(name, { target }, this.optionsFor(id, this.database));
    return this.pending;
  }

  private consentsOf({ id, name }: NonNullable<Plan["consents"]>): Consents {
    const { groups } = this.plan;
    const args = {
      offered: Object.assign({}, ...groups.map(({ consents }) => consents)) as Record<string, string>,
      unwanted: groups
        .filter(({ wanted }) => !wanted)
        .flatMap(({ migrations }) => migrations.map(({ id }) => id)),
      timeZone: this.config.timeZone,
    };
    this.consents = new Consents(name, args, this.optionsFor(id, this.database));
    return this.consents;
  }

  /** Runs where the step before it found work: its name for that work is the trigger. */
  private backup({ id, name, before }: PlannedBackup): pulumi.Resource {
    const { command, timeoutSeconds } = required(this.config.backup, id);
    const { work } = required(before === "apply" ? this.pending : this.consents, id);
    // What it is for stands in its environment: a change of that runs it again, where `triggers` would replace it.
    const environment = { ...ofOperator("backup", command), ROLLOUT_BACKUP_BEFORE: work };
    const create = `[ -n "$ROLLOUT_BACKUP_BEFORE" ] || exit 0; ${RUN_COMMAND}`;
    const args = { create, environment, logging: local.Logging.None };
    return new local.Command(name, args, {
      ...this.optionsFor(id, this.database),
      customTimeouts: { create: `${timeoutSeconds}s`, update: `${timeoutSeconds}s` },
    });
  }

  private migrationsOf({ id, name, migrations, target, consents, wanted }: MigrationGroup): Migrations {
    const args = {
      migrations: migrations.map(declaredMigration),
      target,
      consents,
      spendings: wanted ? {} : required(this.consents, id).spendings,
      ...this.laterKept(id),
      runner: required(runnerInput(this.config), id),
      services: lookedAt(this.config),
      timeZone: this.config.timeZone,
    };
    const resource = new Migrations(name, args, this.optionsFor(id, this.database));
    this.migrations.set(name, resource);
    return resource;
  }

  /** What the groups of later phases keep; those that are not wanted any more are made before this one. */
  private laterKept(id: string): { laterKept?: pulumi.Output<string[]> } {
    const { groups } = this.plan;
    const later = groups.slice(groups.findIndex((group) => group.id === id) + 1);
    const kept = later.flatMap(({ name }) => this.migrations.get(name)?.kept ?? []);
    return kept.length === 0 ? {} : { laterKept: pulumi.all(kept).apply((lists) => lists.flat()) };
  }

  private gate(gate: PlannedGate): Gate {
    const { id, name, phase, state } = gate;
    const open = state === "open" ? { ...this.triggersOfGate(), ...this.baselineFor(phase) } : {};
    const args = { ...gateInputs(this.config, this.plan, gate), ...open };
    const options = this.optionsFor(id, this);
    const smoke = smokeCommandRuns(this.config, gate) ? [this.smokeCommand(gate)] : [];
    const dependsOn = [options.dependsOn as pulumi.Resource[], smoke].flat();
    const resource = new Gate(name, args, { ...options, dependsOn });
    this.gates.set(phase, resource);
    return resource;
  }

  /** The operator's own test, run once for each deploy, schema and phase: it stands before the gate, which has its evidence. */
  private smokeCommand({ id, phase }: PlannedGate): pulumi.Resource {
    const { command, timeoutSeconds } = required(this.config.smokeCommand, id);
    const { deploys, schema } = this.triggersOfGate();
    const after = pulumi.output({ deploys, schema }).apply((found) => JSON.stringify(found));
    const own = ofOperator("smoke-command", command);
    const environment = { ...own, ROLLOUT_PHASE: phase, ROLLOUT_SMOKE_AFTER: after };
    const args = { create: RUN_COMMAND, environment, logging: local.Logging.None };
    return new local.Command("smoke-command", args, {
      ...this.optionsFor(id, this),
      customTimeouts: { create: `${timeoutSeconds}s`, update: `${timeoutSeconds}s` },
    });
  }

  /** What the open gate has to verify: when one of the ids changes, it verifies again, after a rollback too. */
  private triggersOfGate() {
    return {
      deploys: Object.fromEntries([...this.deploys].map(([name, { deployId }]) => [name, deployId])),
      zeroDowntime: pulumi.output(
        Object.fromEntries([...this.deploys].map(([name, { zeroDowntime }]) => [name, zeroDowntime])),
      ),
      served: pulumi.output(
        Object.fromEntries([...this.deploys].map(([name, { served }]) => [name, served])),
      ),
      left: pulumi.output(
        Object.fromEntries([...this.deploys].map(([name, deploy]) => [name, this.leftOf(name, deploy)])),
      ),
      schema: Object.fromEntries([...this.migrations].map(([name, { revision }]) => [name, revision])),
    };
  }

  /** Flags that a service had here once and that the catalogue does not name any more. */
  private leftOf(key: string, { managed }: Deploy): pulumi.Output<string[]> {
    const expects = this.plan.deploys.find(({ serviceKey }) => serviceKey === key)?.expects ?? {};
    // State that an earlier version wrote does not hold it.
    return managed.apply((keys: Deploy["managed"] extends pulumi.Output<infer T> ? T | undefined : never) =>
      Object.keys(keys ?? {}).filter((key) => !Object.hasOwn(expects, key)),
    );
  }

  /** The preparation gate takes the baseline, gates before any flag complete it, and the open gate compares with it. */
  private baselineFor(phase: string): Pick<Gate, "baseline"> | Record<string, never> {
    if (phase === "preparation") return {};
    const before = [...this.gates].filter(([other]) => other !== phase);
    const parts = before.map(([other, gate]) => (other === "preparation" ? gate.baseline : gate.completes));
    return { baseline: pulumi.all(parts).apply(joinBaselines) };
  }

  private service(name: string): Service {
    return required(
      this.config.services.find((service) => service.key === name),
      name,
    );
  }

  private optionsFor(node: string, parent: pulumi.Resource | undefined): pulumi.CustomResourceOptions {
    const first = (this.waitsFor.get(node) ?? []).map((from) => required(this.made.get(from), from));
    const kind = KINDS[node.slice(0, node.indexOf(":"))];
    const aliases = kind === undefined ? [] : formerResource(kind, this.formerModule);
    return { parent: parent ?? this, dependsOn: first, aliases };
  }

  private describe(): RolloutOutputs {
    const all = <T>(map: Map<string, T>, pick: (resource: T) => pulumi.Inputs) =>
      pulumi.output(Object.fromEntries([...map].map(([name, resource]) => [name, pick(resource)])));
    return {
      phase: this.plan.phase,
      flags: Object.fromEntries(this.plan.flags.map(({ key, on }) => [key, on ? "on" : "off"])),
      migrations: all(this.migrations, ({ applied, kept }) => ({
        applied,
        kept,
      })) as RolloutOutputs["migrations"],
      deploys: all(this.deploys, ({ deployId, liveAt, zeroDowntime }) => ({
        deployId,
        liveAt,
        zeroDowntime,
      })) as RolloutOutputs["deploys"],
      gates: all(this.gates, evidenceOf),
    };
  }
}

/** Keeps the words of a command out of Pulumi's log, errors and state: a dump's tool may print its connection. */
const RUN_COMMAND = "node components/commands/run-command.mjs";

/** What `RUN_COMMAND` runs. */
function ofOperator(name: string, command: string): Record<string, string> {
  return { ROLLOUT_COMMAND: command, ROLLOUT_COMMAND_NAME: name };
}

/** All that a gate has to show; of the baseline its figures, not the whole distribution. */
function evidenceOf(gate: Gate): pulumi.Inputs {
  const {
    state,
    status,
    direction,
    verifiedAt,
    passedAt,
    closedAt,
    checks,
    closing,
    measured,
    baselineTakenAt,
    acknowledged,
  } = gate;
  const times = { verifiedAt, passedAt, closedAt, baselineTakenAt };
  return { state, status, direction, ...times, checks, closing, measured, acknowledged };
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the plan and the config do not agree about ${what}`);
  return value;
}
