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
import { operatorCommand } from "./operator-command";
import { stackOutputs, type StackOutputs } from "./stack-outputs";

/** By kind of node: the resource whose provider is ours. */
const KINDS: Readonly<Record<string, string>> = {
  flag: "FeatureFlag",
  deploy: "Deploy",
  migrations: "Migrations",
  gate: "Gate",
};

/**
 * The plan as Pulumi resources: one for each node, depending on what the plan's edges say must hold first.
 * It translates and decides nothing; names come from the catalogue's keys, never from a phase's position or a value.
 */
export class Rollout extends pulumi.ComponentResource {
  readonly outputs: StackOutputs;

  private readonly database: pulumi.ComponentResource;
  private readonly services: Map<string, pulumi.ComponentResource>;
  /** By node of the plan: what makes its resource. */
  private readonly makers = new Map<string, () => pulumi.Resource>();
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
    this.database = this.part("Database", "database");
    this.services = new Map(config.services.map(({ key }) => [key, this.part("Service", key)]));

    // What a rollout consists of …
    this.declare(plan.flags, (flag) => this.flag(flag));
    this.declare(plan.deploys, (deploy) => this.deploy(deploy));
    this.declare([plan.survey], (survey) => this.surveyOf(survey));
    this.declare([plan.pending], (pending) => this.pendingOf(pending));
    this.declare([plan.consents], (consents) => this.consentsOf(consents));
    this.declare(plan.backups, (backup) => this.backup(backup));
    this.declare(plan.groups, (group) => this.migrationsOf(group));
    this.declare(plan.gates, (gate) => this.gate(gate));

    // … and the order, which is the plan's: forwards the schema goes before the flags, backwards after them.
    this.makeInOrder();
    const { migrations, deploys, gates } = this;
    this.outputs = stackOutputs(plan, { migrations, deploys, gates });
    this.registerOutputs({ phase: plan.phase });
  }

  /** Notes how the resource of each part of the plan is made. Parts that this stack does not have are undefined. */
  private declare<T extends { id: string }>(
    parts: readonly (T | undefined)[],
    make: (part: T) => pulumi.Resource,
  ): void {
    for (const part of parts) if (part !== undefined) this.makers.set(part.id, () => make(part));
  }

  /** Makes each resource behind those that must hold first: the plan's nodes stand in such an order. */
  private makeInOrder(): void {
    const { nodes, edges } = this.plan;
    for (const node of nodes) this.waitsFor.set(node, []);
    for (const { from, to } of edges) this.waitsFor.get(to)?.push(from);
    for (const node of nodes) this.made.set(node, required(this.makers.get(node), node)());
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
    return operatorCommand(
      name,
      {
        ...{ title: "backup", command, timeoutSeconds, environment: { ROLLOUT_BACKUP_BEFORE: work } },
        first: `[ -n "$ROLLOUT_BACKUP_BEFORE" ] || exit 0; `,
      },
      this.optionsFor(id, this.database),
    );
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
    const open =
      state === "open"
        ? { ...this.triggersOfGate(), ...this.deploysBefore(phase), ...this.baselineFor(phase) }
        : {};
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
    const environment = { ROLLOUT_PHASE: phase, ROLLOUT_SMOKE_AFTER: after };
    return operatorCommand(
      "smoke-command",
      { title: "smoke-command", command, timeoutSeconds, environment },
      this.optionsFor(id, this),
    );
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

  /** What the gate before had verified: a deploy of that time is no evidence of this phase. */
  private deploysBefore(phase: string): { deploysBefore?: Gate["deploys"] } {
    const index = this.plan.gates.findIndex((gate) => gate.phase === phase);
    const before = this.gates.get(this.plan.gates[index - 1]?.phase ?? "")?.deploys;
    return before === undefined ? {} : { deploysBefore: before };
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
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the plan and the config do not agree about ${what}`);
  return value;
}
