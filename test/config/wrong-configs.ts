import { GATE_CHECKS } from "../../components/config/gate-checks";
/** A config that must be refused, and every line that must be said about it. */
export interface WrongConfig {
  title: string;
  /** Text of Pulumi.prod.yaml. */
  stackYaml: string;
  /** Text of Pulumi.yaml; `validProjectYaml` where it is absent. */
  projectYaml?: string;
  expected: string[];
  /** Pulumi refuses the file itself, so the program is never asked. */
  refusedByPulumi?: boolean;
}

export const validStackYaml = `config:
  felix-hub-rollout:phase: migrations
`;

export const validProjectYaml = `name: felix-hub-rollout
runtime: nodejs
config:
  services:
    value:
      shop-api: {kind: web_service, healthPath: /health}
      shop-site: {kind: static_site, healthPath: /}
  flags:
    value:
      ENABLE_CART: {service: shop-api, phase: api, purpose: Cart, requires: [001_carts]}
      VITE_NEW_LOOK: {service: shop-site, phase: ui, purpose: New look}
  migrations:
    value:
      001_carts: {phase: migrations, purpose: Carts, rollbackRisk: low, rollbackLoses: drops the table carts}
      002_wishes: {phase: ui, purpose: Wishes, rollbackRisk: high, rollbackLoses: drops the table wishes}
  runner:
    value:
      where: render-job
      service: shop-api
      commands:
        status: [python, migrate.py, status]
        apply: [python, migrate.py, apply, "{id}"]
        rollback: [python, migrate.py, rollback, "{id}"]
  backup:
    value:
      command: pg_dump "$DATABASE_URL"
`;

const PHASES = "preparation, migrations, api, ui, notifications, smoke, monitoring, complete";
const DURATION = 'a duration: "90 seconds", "15 minutes", "24 hours" or "2 days"';
const SIGNATURE = 'a date and a name: "2026-11-24 by Ada" or "2026-11-24T22:10+01:00 by Ada"';
const SECRET_BY_PULUMI =
  "an encrypted value (pulumi config set --secret renderApiKey), or none and RENDER_API_KEY in the environment";
const STACK_KEYS =
  "phase, hold, adopt, acknowledged, acceptDataLoss, override, serviceIds, serviceUrls, serviceNames, rebaseline, " +
  "scheduleOverride, timeZone, workspace, renderApiUrl, deployTimeout, schedule, sampling, telegram, services, flags, migrations, " +
  "runner, backup, soak, thresholds, gates, smoke, pages, smokeCommand, prerequisites, notifications, criticalLogs";

/** The valid stack file with more lines under `config`. */
function stack(...lines: string[]): string {
  return `${validStackYaml}${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** The valid Pulumi.yaml with one text replaced. */
function project(from: string, to: string): string {
  if (!validProjectYaml.includes(from)) throw new Error(`Pulumi.yaml of the tests does not hold ${from}`);
  return validProjectYaml.replace(from, to);
}

export const wrongConfigs: WrongConfig[] = [
  // --- phases and other closed sets ---
  {
    title: "a phase that does not exist",
    stackYaml: "config:\n  felix-hub-rollout:phase: apii\n",
    expected: [`Pulumi.prod.yaml:2:28: phase: found "apii"; allowed: ${PHASES}; did you mean "api"?`],
  },
  {
    title: "a phase in capitals",
    stackYaml: "config:\n  felix-hub-rollout:phase: API\n",
    expected: [`Pulumi.prod.yaml:2:28: phase: found "API"; allowed: ${PHASES}; did you mean "api"?`],
  },
  {
    title: "a phase by number",
    stackYaml: "config:\n  felix-hub-rollout:phase: 2\n",
    expected: [`Pulumi.prod.yaml:2:28: phase: found "2"; allowed: ${PHASES}`],
  },
  {
    title: "an empty phase",
    stackYaml: 'config:\n  felix-hub-rollout:phase: ""\n',
    expected: [`Pulumi.prod.yaml:2:28: phase: found an empty text; allowed: ${PHASES}`],
  },
  {
    title: "no phase at all",
    stackYaml: "config:\n  felix-hub-rollout:hold: []\n",
    expected: [`Pulumi.prod.yaml:1:1: phase: found nothing; allowed: ${PHASES}`],
  },
  {
    title: "a kind of service that does not exist",
    stackYaml: validStackYaml,
    projectYaml: project("kind: web_service", "kind: webservice"),
    expected: [
      'Pulumi.yaml:6:24: services.shop-api.kind: found "webservice"; allowed: web_service, static_site; did you mean "web_service"?',
    ],
  },

  // --- keys ---
  {
    title: "an unknown key",
    stackYaml: stack("felix-hub-rollout:holds: [ENABLE_CART]"),
    expected: [
      `Pulumi.prod.yaml:3:3: found the unknown key "holds"; allowed: ${STACK_KEYS}; did you mean "hold"?`,
    ],
  },
  {
    title: "an unknown key in an entry",
    stackYaml: validStackYaml,
    projectYaml: project("purpose: Cart,", "purpos: Cart,"),
    expected: [
      'Pulumi.yaml:10:52: flags.ENABLE_CART: found the unknown key "purpos"; allowed: service, phase, purpose, unset, buildTime, requires; did you mean "purpose"?',
    ],
  },
  {
    title: "a key in the wrong namespace",
    stackYaml: "config:\n  felix-hub-rolout:phase: api\n",
    expected: [
      'Pulumi.prod.yaml:2:3: found the key "felix-hub-rolout:phase"; allowed: felix-hub-rollout:… (and pulumi:…, command:…); did you mean "felix-hub-rollout:phase"?',
    ],
  },
  {
    title: "a key of another provider",
    stackYaml: stack("aws:region: eu-central-1"),
    expected: [
      'Pulumi.prod.yaml:3:3: found the key "aws:region"; allowed: felix-hub-rollout:… (and pulumi:…, command:…)',
    ],
  },
  {
    title: "a key written in two ways",
    stackYaml: stack("phase: api"),
    expected: [
      'Pulumi.prod.yaml:2:3: phase: found "phase" a second time below, in another way of writing it; allowed: each key once',
    ],
  },
  {
    title: "a key outside config",
    stackYaml: `${validStackYaml}felix-hub-rollout:hold: [ENABLE_CART]\n`,
    expected: [
      'Pulumi.prod.yaml:3:1: found the unknown key "felix-hub-rollout:hold"; allowed: the same below "config:", further to the right',
    ],
  },
  {
    title: "a misspelt config",
    stackYaml: "confg:\n  felix-hub-rollout:phase: api\n",
    expected: [
      'Pulumi.prod.yaml:1:1: found the unknown key "confg"; allowed: config, encryptionsalt, encryptedkey, secretsprovider, environment; did you mean "config"?',
    ],
  },
  {
    title: "a decision of one stack in Pulumi.yaml",
    stackYaml: validStackYaml,
    projectYaml: project("  services:\n", "  phase: api\n  services:\n"),
    expected: [
      'Pulumi.yaml:4:3: phase: found "phase" for all stacks; allowed: felix-hub-rollout:phase in the stack\'s own file, Pulumi.<stack>.yaml',
    ],
  },
  {
    title: "a map in Pulumi.yaml without value",
    stackYaml: validStackYaml,
    projectYaml: project("  backup:\n    value:\n      command:", "  backup:\n      command:"),
    expected: ['Pulumi.yaml:25:7: backup: found a map; allowed: the same map below "value:"'],
    refusedByPulumi: true,
  },

  // --- YAML itself ---
  {
    title: "YAML that does not end",
    stackYaml: "config:\n  felix-hub-rollout:hold: [ENABLE_CART\n",
    expected: [
      "Pulumi.prod.yaml:3:1: found a mistake in the YAML (Flow sequence in block collection must be sufficiently indented and end with a ]); allowed: valid YAML",
    ],
    refusedByPulumi: true,
  },
  {
    title: "a key twice",
    stackYaml: "config:\n  felix-hub-rollout:phase: api\n  felix-hub-rollout:phase: ui\n",
    expected: [
      "Pulumi.prod.yaml:3:3: found a key that stands above already; allowed: each key once in a map",
    ],
    refusedByPulumi: true,
  },
  {
    title: "tabs for indentation",
    stackYaml: "config:\n\tfelix-hub-rollout:phase: api\n",
    expected: ["Pulumi.prod.yaml:2:1: found a tab at the beginning of a line; allowed: spaces"],
    refusedByPulumi: true,
  },
  {
    title: "a line that was added below Pulumi's own last line",
    stackYaml:
      "config:\n  felix-hub-rollout:phase: api\nencryptionsalt: v1:abc=\n\n  # held\n  felix-hub-rollout:hold: [A]\n",
    expected: [
      'Pulumi.prod.yaml:6:1: found an indented line below "encryptionsalt", which has one value and no lines of its own; allowed: such a line above "encryptionsalt", below "config:"',
    ],
    refusedByPulumi: true,
  },
  {
    title: "an anchor and its references",
    stackYaml: stack(
      "felix-hub-rollout:acknowledged: &them",
      "  team: 2026-11-24 by Ada",
      "felix-hub-rollout:acceptDataLoss: *them",
    ),
    expected: [
      "Pulumi.prod.yaml:4:5: found an anchor (&); allowed: each value written where it counts",
      "Pulumi.prod.yaml:5:37: found a reference (*); allowed: each value written where it counts",
    ],
  },
  {
    title: "a merge key",
    stackYaml: stack("felix-hub-rollout:soak: {<<: {api: 1 minute}, ui: 1 minute}"),
    expected: [
      'Pulumi.prod.yaml:3:28: found a merge key ("<<"); allowed: each value written where it counts',
    ],
  },
  {
    title: "a migration's id that YAML reads as a number",
    stackYaml: validStackYaml,
    projectYaml: project("      002_wishes:", "      002:"),
    expected: [
      'Pulumi.yaml:15:7: found the key 002, which YAML does not read as a text; allowed: "002" in quotes',
    ],
    refusedByPulumi: true,
  },
  {
    title: "a tag",
    stackYaml: "config:\n  felix-hub-rollout:phase: !phase api\n",
    expected: ["Pulumi.prod.yaml:2:35: found a tag (!); allowed: no tags"],
  },
  {
    title: "a list instead of a map",
    stackYaml: "- config\n",
    expected: ['Pulumi.prod.yaml:1:1: found a list; allowed: a map: "config:" and keys below it'],
    refusedByPulumi: true,
  },
  {
    title: "two documents",
    stackYaml: `${validStackYaml}---\nconfig: {}\n`,
    expected: ['Pulumi.prod.yaml:3:1: found a second document ("---"); allowed: one document'],
  },

  // --- secrets ---
  {
    title: "a secret in clear",
    stackYaml: stack("felix-hub-rollout:renderApiKey: rnd_CANARY0123456789"),
    expected: [
      `Pulumi.prod.yaml:3:35: renderApiKey: found a secret in clear (not shown); allowed: ${SECRET_BY_PULUMI}`,
    ],
  },
  {
    title: "a secret in clear under secure",
    stackYaml: stack("felix-hub-rollout:renderApiKey: {secure: rnd_CANARY0123456789}"),
    expected: [
      `Pulumi.prod.yaml:3:35: renderApiKey: found a secret in clear below "secure" (not shown); allowed: ${SECRET_BY_PULUMI}`,
    ],
    refusedByPulumi: true,
  },
  {
    title: "a variable where a secret belongs",
    stackYaml: stack("felix-hub-rollout:renderApiKey: ${RENDER_API_KEY}"),
    expected: [
      `Pulumi.prod.yaml:3:35: renderApiKey: found a secret in clear (not shown); allowed: ${SECRET_BY_PULUMI}`,
    ],
  },
  {
    title: "a secret for all stacks",
    stackYaml: validStackYaml,
    projectYaml: project("  services:\n", "  databaseUrl: postgres://u:CANARY@db/x\n  services:\n"),
    expected: [
      "Pulumi.yaml:4:16: databaseUrl: found a secret for all stacks (not shown); allowed: an encrypted value (pulumi config set --secret databaseUrl), or none and DATABASE_URL in the environment",
    ],
  },
  {
    title: "a secret in the place of something else",
    stackYaml: stack("felix-hub-rollout:serviceIds: {shop-api: rnd_CANARY0123456789}"),
    expected: [
      'Pulumi.prod.yaml:3:44: serviceIds.shop-api: found a text that looks like a secret (not shown); allowed: a service id of Render: "srv-" and letters and digits',
    ],
  },
  {
    title: "something else encrypted",
    stackYaml: stack("felix-hub-rollout:workspace: {secure: v1:abc}"),
    expected: [
      "Pulumi.prod.yaml:3:32: workspace: found an encrypted value; allowed: a value in clear; it is no secret",
    ],
    refusedByPulumi: true,
  },

  // --- flags ---
  {
    title: "a flag on a service that does not exist",
    stackYaml: validStackYaml,
    projectYaml: project("service: shop-api, phase: api", "service: shop-apo, phase: api"),
    expected: [
      'Pulumi.yaml:10:30: flags.ENABLE_CART.service: found "shop-apo"; allowed: shop-api, shop-site; did you mean "shop-api"?',
    ],
  },
  {
    title: "a flag of a static site without its prefix",
    stackYaml: validStackYaml,
    projectYaml: project("VITE_NEW_LOOK", "NEW_LOOK"),
    expected: [
      `Pulumi.yaml:11:7: flags: found the key "NEW_LOOK"; allowed: keys with the prefix of shop-site's build tool (VITE_, NEXT_PUBLIC_, REACT_APP_, PUBLIC_, …), as most tools hand nothing else to the browser; where this site's build reads the key all the same, say buildTime: true`,
    ],
  },
  {
    title: "a flag of a static site that would be read at run time",
    stackYaml: validStackYaml,
    projectYaml: project("purpose: New look", "purpose: New look, buildTime: false"),
    expected: [
      "Pulumi.yaml:11:84: flags.VITE_NEW_LOOK.buildTime: found false; allowed: true, or nothing: shop-site is a static site, which has no run time",
    ],
  },
  {
    title: "a report that is none",
    stackYaml: validStackYaml,
    projectYaml: project("healthPath: /health", "healthPath: /health, reports: {path: /flags, none: why}"),
    expected: [
      'Pulumi.yaml:6:68: services.shop-api.reports: found the key "path"; allowed: nothing beside none: a service that cannot report has no report',
    ],
  },
  {
    title: "a report without a path",
    stackYaml: validStackYaml,
    projectYaml: project("healthPath: /health", "healthPath: /health, reports: {at: data}"),
    expected: [
      'Pulumi.yaml:6:58: services.shop-api.reports.path: found nothing; allowed: a path, or none: "why it cannot report"',
    ],
  },
  {
    title: "an unknown key of a report, which may be a path or a map",
    stackYaml: validStackYaml,
    projectYaml: project("healthPath: /health", "healthPath: /health, reports: {path: /flags, name: {}}"),
    expected: [
      'Pulumi.yaml:6:82: services.shop-api.reports: found the unknown key "name"; allowed: path, at, names, on, absent, none; did you mean "names"?',
    ],
  },
  {
    title: "a report that names a flag which is another service's",
    stackYaml: validStackYaml,
    projectYaml: project(
      "healthPath: /health",
      "healthPath: /health, reports: {path: /flags, names: {ENABLE_CARD: card}}",
    ),
    expected: [
      'Pulumi.yaml:6:90: services.shop-api.reports.names: found "ENABLE_CARD"; allowed: flags of shop-api: ENABLE_CART; did you mean "ENABLE_CART"?',
    ],
  },
  {
    title: "an override of a check that no gate makes",
    stackYaml: stack('felix-hub-rollout:override: {preparation: "2026-11-24 by Ada, helth: it is known"}'),
    expected: [
      `Pulumi.prod.yaml:3:45: override.preparation: found "helth"; allowed: checks of a gate: ${GATE_CHECKS.join(", ")}; did you mean "health"?`,
    ],
  },
  {
    title: "an override of what keys of their own open: it would do nothing, and somebody would rely on it",
    stackYaml: stack(
      'felix-hub-rollout:override: {preparation: "2026-11-24 by Ada, schedule: tonight", api: "2026-11-24 by Ada, acknowledged alice: ill"}',
    ),
    expected: [
      'Pulumi.prod.yaml:3:45: override.preparation: found "schedule"; allowed: scheduleOverride, which opens the schedule',
      'Pulumi.prod.yaml:3:90: override.api: found "acknowledged alice"; allowed: a signature, which the key acknowledged takes',
    ],
  },
  {
    title: "a zone that has no summer time though the town has",
    stackYaml: stack("felix-hub-rollout:timeZone: EST"),
    expected: [
      'Pulumi.prod.yaml:3:31: timeZone: found "EST"; allowed: an IANA time zone: "Europe/Berlin", "UTC"',
    ],
  },
  {
    title: "a smoke test that would make an order again and again",
    stackYaml: stack(
      "felix-hub-rollout:smoke: {a: {phase: api, service: shop-api, path: /orders, method: POST, times: {p95Seconds: 1}}}",
    ),
    expected: [
      "Pulumi.prod.yaml:3:100: smoke.a.times: found times of a POST; allowed: times only where the method is GET or HEAD; withinSeconds limits one request of any kind",
    ],
  },
  {
    title: "a smoke test that uses what nothing takes",
    stackYaml: stack(
      "felix-hub-rollout:smoke: {a: {phase: api, service: shop-api, path: '/orders/{ordr}', before: [{path: /x, take: {order: id}}]}}",
    ),
    expected: [
      'Pulumi.prod.yaml:3:70: smoke.a.path: found {ordr}; allowed: a name that a step before takes, or a secret (smokeToken, smokePassword, order); did you mean "order"?',
    ],
  },
  {
    title: "health said twice",
    stackYaml: validStackYaml,
    projectYaml: project("healthPath: /health", "healthPath: /health, health: {path: /health}"),
    expected: [
      'Pulumi.yaml:6:49: services.shop-api.healthPath: found "/health"; allowed: nothing beside health, which has a path',
    ],
  },
  {
    title: "a flag in small letters",
    stackYaml: validStackYaml,
    projectYaml: project("ENABLE_CART:", "enable_cart:"),
    expected: [
      'Pulumi.yaml:10:7: flags: found the key "enable_cart"; allowed: a flag\'s key: capitals, digits and "_", the first a capital',
    ],
  },
  {
    title: "a flag that needs an unknown migration",
    stackYaml: validStackYaml,
    projectYaml: project("[001_carts]", "[001_cart]"),
    expected: [
      'Pulumi.yaml:10:78: flags.ENABLE_CART.requires[0]: found "001_cart"; allowed: 001_carts, 002_wishes; did you mean "001_carts"?',
    ],
  },
  {
    title: "a flag that is on before its migration",
    stackYaml: validStackYaml,
    projectYaml: project("[001_carts]", "[001_carts, 002_wishes]"),
    expected: [
      'Pulumi.yaml:10:89: flags.ENABLE_CART.requires[1]: found "002_wishes", which comes in phase ui; allowed: a migration of phase api, the flag\'s own, or before',
    ],
  },
  {
    title: "a flag in preparation",
    stackYaml: validStackYaml,
    projectYaml: project("phase: ui, purpose: New", "phase: preparation, purpose: New"),
    expected: [
      'Pulumi.yaml:11:50: flags.VITE_NEW_LOOK.phase: found "preparation"; allowed: a later phase (migrations, api, ui, notifications, smoke, monitoring, complete); in preparation nothing is on yet',
    ],
  },
  {
    title: "an unknown flag held",
    stackYaml: stack("felix-hub-rollout:hold: [VITE_NEW_LOOK, ENABLE_CARD]"),
    expected: [
      'Pulumi.prod.yaml:3:43: hold[1]: found "ENABLE_CARD"; allowed: ENABLE_CART, VITE_NEW_LOOK; did you mean "ENABLE_CART"?',
    ],
  },
  {
    title: "a flag held twice",
    stackYaml: stack("felix-hub-rollout:hold: [ENABLE_CART, ENABLE_CART]"),
    expected: ['Pulumi.prod.yaml:3:41: hold[1]: found "ENABLE_CART" once more; allowed: each flag once'],
  },
  {
    title: "one flag instead of a list",
    stackYaml: stack("felix-hub-rollout:hold: ENABLE_CART"),
    expected: ['Pulumi.prod.yaml:3:27: hold: found "ENABLE_CART"; allowed: a list of flags'],
  },

  // --- migrations, their runner and their backup ---
  {
    title: "a migration's id that a shell would read",
    stackYaml: validStackYaml,
    projectYaml: project("      002_wishes:", '      "002; rm -rf /":'),
    expected: [
      'Pulumi.yaml:15:7: migrations: found the key "002; rm -rf /"; allowed: a migration\'s id: letters, digits, "_", ".", "-", "/", "\\", "+" and ":", 200 at most, the first a letter or digit',
    ],
  },
  {
    title: "migrations out of order",
    stackYaml: validStackYaml,
    projectYaml: project("002_wishes: {phase: ui", "002_wishes: {phase: preparation"),
    expected: [
      'Pulumi.yaml:15:27: migrations.002_wishes.phase: found "preparation"; allowed: a later phase (migrations, api, ui, notifications, smoke, monitoring, complete); in preparation nothing is on yet',
    ],
  },
  {
    title: "a later migration of an earlier phase",
    stackYaml: validStackYaml,
    projectYaml: project("001_carts: {phase: migrations", "001_carts: {phase: api").replace(
      "002_wishes: {phase: ui",
      "002_wishes: {phase: migrations",
    ),
    expected: [
      'Pulumi.yaml:15:27: migrations.002_wishes.phase: found "migrations"; allowed: api or later, as 001_carts stands above and is applied first',
    ],
  },
  {
    title: "migrations without a runner",
    stackYaml: validStackYaml,
    projectYaml: validProjectYaml.replace(/ {2}runner:[^]*(?= {2}backup:)/, ""),
    expected: [
      "Pulumi.yaml:3:1: runner: found nothing; allowed: where and with which commands migrations run, as the catalogue has migrations",
    ],
  },
  {
    title: "migrations without a backup",
    stackYaml: validStackYaml,
    projectYaml: validProjectYaml.replace(/ {2}backup:[^]*/, ""),
    expected: [
      "Pulumi.yaml:3:1: backup: found nothing; allowed: backup.command, the command line that makes and verifies a backup; needed from phase migrations on",
    ],
  },
  {
    title: "a rollback agreed to without a backup",
    stackYaml:
      "config:\n  felix-hub-rollout:phase: preparation\n  felix-hub-rollout:acceptDataLoss: {002_wishes: 2026-11-24 by Ada}\n",
    projectYaml: validProjectYaml.replace(/ {2}backup:[^]*/, ""),
    expected: [
      "Pulumi.yaml:3:1: backup: found nothing; allowed: backup.command, the command line that makes and verifies a backup; needed where acceptDataLoss allows a rollback",
    ],
  },
  {
    title: "a runner on a static site",
    stackYaml: validStackYaml,
    projectYaml: project("      service: shop-api\n", "      service: shop-site\n"),
    expected: [
      'Pulumi.yaml:19:16: runner.service: found "shop-site", a static site, which runs nothing; allowed: a web service (shop-api)',
    ],
  },
  {
    title: "a runner without its service",
    stackYaml: validStackYaml,
    projectYaml: project("      service: shop-api\n", ""),
    expected: [
      "Pulumi.yaml:16:3: runner.service: found nothing; allowed: a web service (shop-api), as where is render-job",
    ],
  },
  {
    title: "a command that is no list",
    stackYaml: validStackYaml,
    projectYaml: project("[python, migrate.py, status]", "python migrate.py status"),
    expected: [
      'Pulumi.yaml:21:17: runner.commands.status: found "python migrate.py status"; allowed: a list of words, the first one the program: ["python", "migrate.py"]',
    ],
  },
  {
    title: "an empty command",
    stackYaml: validStackYaml,
    projectYaml: project("[python, migrate.py, status]", "[]"),
    expected: [
      'Pulumi.yaml:21:17: runner.commands.status: found an empty list; allowed: a list of words, the first one the program: ["python", "migrate.py"]',
    ],
  },
  {
    title: "a status of one migration",
    stackYaml: validStackYaml,
    projectYaml: project("migrate.py, status]", 'migrate.py, status, "{id}"]'),
    expected: [
      'Pulumi.yaml:21:46: runner.commands.status[3]: found "{id}"; allowed: no {…}: status speaks of all migrations at once',
    ],
  },
  {
    title: "all-or-nothing commands with migrations in two phases",
    stackYaml: validStackYaml,
    projectYaml: project('apply, "{id}"]', "apply]").replace('rollback, "{id}"]', "rollback]"),
    expected: [
      'Pulumi.yaml:22:16: runner.commands.apply: found "python migrate.py apply"; allowed: a word with {id} or {file}: without one it acts on all migrations at once, and they are of several phases (migrations, ui)',
      'Pulumi.yaml:23:19: runner.commands.rollback: found "python migrate.py rollback"; allowed: a word with {id} or {file}: without one it acts on all migrations at once, and they are of several phases (migrations, ui)',
    ],
  },
  {
    title: "migrations that nobody can be asked about",
    stackYaml: validStackYaml,
    projectYaml: project("        status: [python, migrate.py, status]\n", ""),
    expected: ["001_carts", "002_wishes"].map(
      (id, index) =>
        `Pulumi.yaml:${14 + index}:7: migrations.${id}.shows: found nothing; allowed: shows, what the database shows when it is applied: [{ table: parts }]; or runner.tool, or runner.commands.status`,
    ),
  },
  {
    title: "a source that is not there",
    stackYaml: validStackYaml,
    projectYaml: project("      where: render-job\n", "      where: render-job\n      source: ledger\n"),
    expected: ['Pulumi.yaml:19:15: runner.source: found "ledger"; allowed: runner.tool, whose table is read'],
  },
  {
    title: "a checkout on another machine",
    stackYaml: validStackYaml,
    projectYaml: project("      where: render-job\n", "      where: render-job\n      checkout: true\n"),
    expected: [
      'Pulumi.yaml:18:14: runner.where: found "render-job"; allowed: where: local: a checkout stands on the operator\'s machine',
    ],
  },
  {
    title: "a command with a file that migrations do not name",
    stackYaml: validStackYaml,
    projectYaml: project('apply, "{id}"]', 'apply, "{file}"]'),
    expected: ["001_carts", "002_wishes"].map(
      (id, index) =>
        `Pulumi.yaml:${14 + index}:7: migrations.${id}.file: found nothing; allowed: file, as the runner's commands hold {file}`,
    ),
  },
  {
    title: "an override without the checks that it is about",
    stackYaml: stack('felix-hub-rollout:override: {preparation: "2026-11-24 by Ada: it is fine"}'),
    expected: [
      'Pulumi.prod.yaml:3:45: override.preparation: found "2026-11-24 by Ada: it is fine"; allowed: a date, a name, the checks and a reason: "2026-11-24 by Ada, error-rate: the orders need migration 001, which is next"',
    ],
  },
  {
    title: "two overrides, each wrong in its own way: one says nothing, the other names no check",
    stackYaml: stack(
      'felix-hub-rollout:override: {preparation: "fine", migrations: "2026-11-24 by Ada, helth: it is known"}',
    ),
    expected: [
      'Pulumi.prod.yaml:3:45: override.preparation: found "fine"; allowed: a date, a name, the checks and a reason: "2026-11-24 by Ada, error-rate: the orders need migration 001, which is next"',
      `Pulumi.prod.yaml:3:65: override.migrations: found "helth"; allowed: checks of a gate: ${GATE_CHECKS.join(", ")}; did you mean "health"?`,
    ],
  },
  {
    title: "an override of no real day",
    stackYaml: stack('felix-hub-rollout:override: {preparation: "2026-02-30 by Ada, error-rate: now"}'),
    expected: [
      'Pulumi.prod.yaml:3:45: override.preparation: found "2026-02-30 by Ada, error-rate: now"; allowed: a date, a name, the checks and a reason: "2026-11-24 by Ada, error-rate: the orders need migration 001, which is next", with a date that the calendar has',
    ],
  },
  {
    title: "an unknown placeholder",
    stackYaml: validStackYaml,
    projectYaml: project('apply, "{id}"]', 'apply, "{migration}"]'),
    expected: [
      'Pulumi.yaml:22:44: runner.commands.apply[3]: found "{migration}"; allowed: {id}, {file}, or nothing in braces',
    ],
  },
  {
    title: "a placeholder in a word as a shell would write it",
    stackYaml: validStackYaml,
    projectYaml: project('apply, "{id}"]', 'apply, "--to=${id}"]'),
    expected: ['Pulumi.yaml:22:44: runner.commands.apply[3]: found "--to=${id}"; allowed: {id}, without $'],
  },
  {
    title: "a variable in a command",
    stackYaml: validStackYaml,
    projectYaml: project('apply, "{id}"]', 'apply, "$ID"]'),
    expected: [
      'Pulumi.yaml:22:44: runner.commands.apply[3]: found "$ID"; allowed: a word as it is: no shell reads these commands and fills in variables',
    ],
  },

  // --- signatures ---
  {
    title: "a consent without a name",
    stackYaml: stack("felix-hub-rollout:acceptDataLoss:", '  002_wishes: "2026-11-24"'),
    expected: [`Pulumi.prod.yaml:4:17: acceptDataLoss.002_wishes: found "2026-11-24"; allowed: ${SIGNATURE}`],
  },
  {
    title: "a consent that is only yes",
    stackYaml: stack("felix-hub-rollout:acceptDataLoss: {002_wishes: true}"),
    expected: [`Pulumi.prod.yaml:3:50: acceptDataLoss.002_wishes: found true; allowed: ${SIGNATURE}`],
  },
  {
    title: "a consent with a date that no calendar has",
    stackYaml: stack("felix-hub-rollout:acceptDataLoss: {002_wishes: 2026-02-30 by Ada}"),
    expected: [
      `Pulumi.prod.yaml:3:50: acceptDataLoss.002_wishes: found "2026-02-30 by Ada"; allowed: ${SIGNATURE}, with a date that the calendar has`,
    ],
  },
  {
    title: "a consent for an unknown migration",
    stackYaml: stack("felix-hub-rollout:acceptDataLoss: {002_wish: 2026-11-24 by Ada}"),
    expected: [
      'Pulumi.prod.yaml:3:38: acceptDataLoss: found "002_wish"; allowed: 001_carts, 002_wishes; did you mean "002_wishes"?',
    ],
  },
  {
    title: "an acknowledgement at an hour that no day has",
    stackYaml: stack("felix-hub-rollout:acknowledged: {team: 2026-11-24T25:10 by Ada}"),
    expected: [
      `Pulumi.prod.yaml:3:42: acknowledged.team: found "2026-11-24T25:10 by Ada"; allowed: ${SIGNATURE}, with a date that the calendar has`,
    ],
  },

  // --- services and addresses ---
  {
    title: "an id of something else on Render",
    stackYaml: stack("felix-hub-rollout:serviceIds: {shop-api: dep-cph1rs3idesc73a2b2mg}"),
    expected: [
      'Pulumi.prod.yaml:3:44: serviceIds.shop-api: found "dep-cph1rs3idesc73a2b2mg"; allowed: a service id of Render: "srv-" and letters and digits',
    ],
  },
  {
    title: "an id for an unknown service",
    stackYaml: stack("felix-hub-rollout:serviceIds: {shop-ap: srv-cph1rs3idesc73a2b2mg}"),
    expected: [
      'Pulumi.prod.yaml:3:34: serviceIds: found "shop-ap"; allowed: shop-api, shop-site; did you mean "shop-api"?',
    ],
  },
  {
    title: "one id for two services",
    stackYaml: stack("felix-hub-rollout:serviceIds: {shop-api: srv-abcd1234, shop-site: srv-abcd1234}"),
    expected: [
      'Pulumi.prod.yaml:3:69: serviceIds.shop-site: found "srv-abcd1234"; allowed: another id than that of shop-api',
    ],
  },
  {
    title: "one name for two services",
    stackYaml: stack("felix-hub-rollout:serviceNames: {shop-api: shop-site}"),
    expected: [
      'Pulumi.prod.yaml:3:46: serviceNames.shop-api: found "shop-site"; allowed: another name than that of shop-site',
    ],
  },
  {
    title: "an address without encryption",
    stackYaml: stack("felix-hub-rollout:serviceUrls: {shop-api: http://shop.example}"),
    expected: [
      'Pulumi.prod.yaml:3:45: serviceUrls.shop-api: found "http://shop.example"; allowed: https://…; http:// only on this machine (127.0.0.1, [::1], localhost)',
    ],
  },
  {
    title: "an address with a password",
    stackYaml: stack("felix-hub-rollout:renderApiUrl: https://ada:CANARY@api.render.com/v1"),
    expected: [
      "Pulumi.prod.yaml:3:35: renderApiUrl: found an address with credentials (not shown); allowed: an address without a user and a password",
    ],
  },
  {
    title: "an address with a query",
    stackYaml: stack("felix-hub-rollout:renderApiUrl: https://api.render.com/v1?key=CANARY"),
    expected: [
      'Pulumi.prod.yaml:3:35: renderApiUrl: found an address with "?" or "#" (not shown); allowed: an address that ends before "?" and "#"',
    ],
  },
  {
    title: "an address that is none",
    stackYaml: stack("felix-hub-rollout:renderApiUrl: api.render.com"),
    expected: [
      'Pulumi.prod.yaml:3:35: renderApiUrl: found "api.render.com"; allowed: an address: "https://…"',
    ],
  },
  {
    title: "a path without its slash",
    stackYaml: validStackYaml,
    projectYaml: project("healthPath: /health", "healthPath: health"),
    expected: [
      'Pulumi.yaml:6:49: services.shop-api.healthPath: found "health"; allowed: a path: "/" and no spaces, "?" or "#"',
    ],
  },
  {
    title: "a service without a health path",
    stackYaml: validStackYaml,
    projectYaml: project(", healthPath: /health", ""),
    expected: [
      'Pulumi.yaml:6:7: services.shop-api.healthPath: found nothing; allowed: a path: "/" and no spaces, "?" or "#"',
    ],
  },
  {
    title: "no services",
    stackYaml: stack("felix-hub-rollout:services: {}"),
    expected: ["Pulumi.prod.yaml:3:31: services: found an empty map; allowed: a map with a service or more"],
  },
  {
    title: "a placeholder for the workspace",
    stackYaml: stack("felix-hub-rollout:workspace: ${RENDER_WORKSPACE}"),
    expected: [
      'Pulumi.prod.yaml:3:32: workspace: found "${RENDER_WORKSPACE}"; allowed: the workspace\'s name or id itself: nothing fills in variables and placeholders here',
    ],
  },

  // --- times and figures ---
  {
    title: "a time zone that does not exist",
    stackYaml: stack("felix-hub-rollout:timeZone: Europe/Berlim"),
    expected: [
      'Pulumi.prod.yaml:3:31: timeZone: found "Europe/Berlim"; allowed: an IANA time zone: "Europe/Berlin", "UTC"; did you mean "Europe/Berlin"?',
    ],
  },
  {
    title: "a bare offset as time zone",
    stackYaml: stack('felix-hub-rollout:timeZone: "+01:00"'),
    expected: [
      'Pulumi.prod.yaml:3:31: timeZone: found "+01:00"; allowed: an IANA time zone: "Europe/Berlin", "UTC"',
    ],
  },
  {
    title: "a soak without a unit",
    stackYaml: stack("felix-hub-rollout:soak: {api: 15}"),
    expected: [`Pulumi.prod.yaml:3:33: soak.api: found 15; allowed: ${DURATION}`],
  },
  {
    title: "a soak in an unknown unit",
    stackYaml: stack("felix-hub-rollout:soak: {api: 15 mins}"),
    expected: [`Pulumi.prod.yaml:3:33: soak.api: found "15 mins"; allowed: ${DURATION}`],
  },
  {
    title: "a soak of an unknown phase",
    stackYaml: stack("felix-hub-rollout:soak: {monitor: 15 minutes}"),
    expected: [
      `Pulumi.prod.yaml:3:28: soak: found the unknown key "monitor"; allowed: ${PHASES}; did you mean "monitoring"?`,
    ],
  },
  {
    title: "an error rate over 100 %",
    stackYaml: stack("felix-hub-rollout:thresholds: {immediate: {errorRatePercent: 101}}"),
    expected: [
      "Pulumi.prod.yaml:3:64: thresholds.immediate.errorRatePercent: found 101; allowed: a number of percent above 0, 100 at most, without a sign",
    ],
  },
  {
    title: "an error rate with its sign",
    stackYaml: stack("felix-hub-rollout:thresholds: {advance: {errorRatePercent: 1%}}"),
    expected: [
      'Pulumi.prod.yaml:3:62: thresholds.advance.errorRatePercent: found "1%"; allowed: a number of percent above 0, 100 at most, without a sign',
    ],
  },
  {
    title: "thresholds out of order",
    stackYaml: stack("felix-hub-rollout:thresholds: {advance: {errorRatePercent: 3}}"),
    expected: [
      "Pulumi.prod.yaml:3:3: thresholds.investigate.errorRatePercent: found 2 (the default); allowed: more than 3, the rate of advance",
    ],
  },
  {
    title: "a gate that ignores what it could not measure",
    stackYaml: stack("felix-hub-rollout:gates: {couldNotMeasure: ignore}"),
    expected: ['Pulumi.prod.yaml:3:46: gates.couldNotMeasure: found "ignore"; allowed: fail, warn'],
  },
  {
    title: "a smoke test of a service and a flag that are not there",
    stackYaml: stack(
      "felix-hub-rollout:smoke: {cart: {phase: api, service: shop-ap, path: /cart, needs: [ENABLE_CARD]}}",
    ),
    expected: [
      'Pulumi.prod.yaml:3:57: smoke.cart.service: found "shop-ap"; allowed: shop-api, shop-site; did you mean "shop-api"?',
      'Pulumi.prod.yaml:3:87: smoke.cart.needs[0]: found "ENABLE_CARD"; allowed: ENABLE_CART, VITE_NEW_LOOK; did you mean "ENABLE_CART"?',
    ],
  },
  {
    title: "a page of a service and of flags that are not there",
    stackYaml: stack(
      "felix-hub-rollout:pages: {cart: {service: shop-ste, whenOn: {ENABLE_CARD: {visible: ['#cart']}}, whenOff: {ENABLE_CARD: {}}}}",
    ),
    expected: [
      'Pulumi.prod.yaml:3:45: pages.cart.service: found "shop-ste"; allowed: shop-api, shop-site; did you mean "shop-site"?',
      'Pulumi.prod.yaml:3:64: pages.cart.whenOn: found "ENABLE_CARD"; allowed: ENABLE_CART, VITE_NEW_LOOK; did you mean "ENABLE_CART"?',
      'Pulumi.prod.yaml:3:110: pages.cart.whenOff: found "ENABLE_CARD"; allowed: ENABLE_CART, VITE_NEW_LOOK; did you mean "ENABLE_CART"?',
    ],
  },
  {
    title: "a part of a page that is visible and hidden at once",
    stackYaml: stack(
      "felix-hub-rollout:pages: {cart: {service: shop-site, visible: ['#a'], hidden: ['#b'], whenOn: {ENABLE_CART: {hidden: ['#a']}}}}",
    ),
    expected: [
      'Pulumi.prod.yaml:3:121: pages.cart.whenOn.ENABLE_CART.hidden[0]: found "#a"; allowed: a selector that is not among visible',
    ],
  },
  {
    title: "a page with a selector that is no list, an unknown key and a limit with a unit",
    stackYaml: stack(
      'felix-hub-rollout:pages: {cart: {service: shop-site, visible: "#a", shown: [], withinSeconds: 3 seconds}}',
    ),
    expected: [
      'Pulumi.prod.yaml:3:65: pages.cart.visible: found "#a"; allowed: a list of CSS selectors: ["#orders"]',
      'Pulumi.prod.yaml:3:71: pages.cart: found the unknown key "shown"; allowed: phase, service, path, visible, hidden, whenOn, whenOff, withinSeconds, growthPercent, ignore',
      'Pulumi.prod.yaml:3:97: pages.cart.withinSeconds: found "3 seconds"; allowed: a number of seconds above 0, 1000 at most, without a unit',
    ],
  },
  {
    title: "a signature for an item that nobody asks for",
    stackYaml: stack(
      "felix-hub-rollout:prerequisites: {team: {phase: preparation, purpose: Team told}}",
      "felix-hub-rollout:acknowledged: {teem: 2026-11-24 by Ada}",
    ),
    expected: ['Pulumi.prod.yaml:4:36: acknowledged: found "teem"; allowed: team; did you mean "team"?'],
  },
  {
    title: "a baseline of too few samples",
    stackYaml: stack("felix-hub-rollout:sampling: {baselineSamples: 49}"),
    expected: [
      "Pulumi.prod.yaml:3:49: sampling.baselineSamples: found 49; allowed: a whole number from 50 to 5000",
    ],
  },
  {
    title: "a window at no time, and an override without a reason",
    stackYaml: stack(
      'felix-hub-rollout:schedule: {windows: [{days: [monday], from: "25:00", to: "02:00"}]}',
      "felix-hub-rollout:scheduleOverride: 2026-11-24 by Ada",
    ),
    expected: [
      'Pulumi.prod.yaml:3:65: schedule.windows[0].from: found "25:00"; allowed: a time in quotes: "22:00"',
      'Pulumi.prod.yaml:4:39: scheduleOverride: found "2026-11-24 by Ada"; allowed: a date, a name and a reason: "2026-11-24 by Ada: the parts list must go live"',
    ],
  },
  {
    title: "dates that no calendar has, a blackout that ends before it begins, and a zone of nowhere",
    stackYaml: stack(
      'felix-hub-rollout:schedule: {timeZone: Berlin, holidays: ["2026-02-30"], blackouts: [{from: "2026-12-24", to: "2026-12-01"}]}',
      "felix-hub-rollout:rebaseline: 2026-13-01",
    ),
    expected: [
      'Pulumi.prod.yaml:3:42: schedule.timeZone: found "Berlin"; allowed: an IANA time zone: "Europe/Berlin", "UTC"; did you mean "Europe/Berlin"?',
      'Pulumi.prod.yaml:3:61: schedule.holidays[0]: found "2026-02-30"; allowed: a date, one that the calendar has',
      'Pulumi.prod.yaml:3:113: schedule.blackouts[0].to: found "2026-12-01"; allowed: 2026-12-24, its beginning, or later',
      'Pulumi.prod.yaml:4:33: rebaseline: found "2026-13-01"; allowed: a date, one that the calendar has',
    ],
  },
  {
    title: "a chat's id that is a number, and a Bot API in clear",
    stackYaml: stack("felix-hub-rollout:telegram: {chatId: -100123, apiUrl: http://telegram.example}"),
    expected: [
      'Pulumi.prod.yaml:3:40: telegram.chatId: found -100123; allowed: a chat\'s id in quotes: "-1001234567890", or "@channel"',
    ],
  },

  // --- many at once ---
  {
    title: "several mistakes in both files",
    stackYaml: stack(
      "felix-hub-rollout:timeZone: Berlin",
      "felix-hub-rollout:hold: [ENABLE_CARD]",
      "felix-hub-rollout:soak: {api: soon}",
    ),
    projectYaml: project("kind: web_service", "kind: web").replace(
      "phase: ui, purpose: New",
      "phase: uii, purpose: New",
    ),
    expected: [
      'Pulumi.prod.yaml:3:31: timeZone: found "Berlin"; allowed: an IANA time zone: "Europe/Berlin", "UTC"; did you mean "Europe/Berlin"?',
      'Pulumi.prod.yaml:4:28: hold[0]: found "ENABLE_CARD"; allowed: ENABLE_CART, VITE_NEW_LOOK; did you mean "ENABLE_CART"?',
      `Pulumi.prod.yaml:5:33: soak.api: found "soon"; allowed: ${DURATION}`,
      'Pulumi.yaml:6:24: services.shop-api.kind: found "web"; allowed: web_service, static_site',
      `Pulumi.yaml:11:50: flags.VITE_NEW_LOOK.phase: found "uii"; allowed: ${PHASES}; did you mean "ui"?`,
    ],
  },
];
