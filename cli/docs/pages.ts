import type {
  Flag,
  Migration,
  PageCheck,
  SmokeTest,
  StackConfig,
  VisibleParts,
} from "../../components/config";
import { lengthText } from "../log/times";

/** The pages that are made from the catalogue, by file name under docs/rollout. Pure: the same config makes the same text. */
export function catalogueDocs(config: StackConfig): Record<string, string> {
  const pages: Record<string, string> = {
    "plan.md": plan(config),
    "quick-reference.md": quickReference(config),
    "smoke-checklist.md": smokeChecklist(config),
    "flags.md": flagsGuide(config),
    "migrations.md": migrationsGuide(config),
  };
  return Object.fromEntries(
    Object.entries(pages).map(([name, text]) => [name, `${NOTICE}\n\n${text.trim()}\n`]),
  );
}

const NOTICE =
  "<!-- Made by `npm run docs` from Pulumi.yaml and the stack's file; a change made here is lost. -->";

type Named = Pick<StackConfig, "stack" | "flags" | "migrations" | "prerequisites" | "soakSeconds" | "smoke">;

function phasesOf({ soakSeconds }: Pick<StackConfig, "soakSeconds">): string[] {
  return Object.keys(soakSeconds);
}

function plan(config: StackConfig): string {
  const { stack, thresholds } = config;
  const phases = phasesOf(config);
  const steps = phases.map((phase, index) => phaseStep(config, phase, index, phases[index + 1]));
  return [
    `# Step by step: ${stack}`,
    `Each phase is one step. A step is taken by one command, and ends with a gate that measures. A phase is left only when its gate has passed, its soak is over, and its items are signed off.`,
    `A gate passes below ${thresholds.advance.errorRatePercent} % errors and less than ${thresholds.advance.latencyIncreasePercent} % above the baseline's response times. Above ${thresholds.immediate.errorRatePercent} % errors it stops at once.`,
    ...steps,
    "## If something goes wrong",
    code(`npx rollout rollback --full --stack ${stack} --because "what was seen"`),
    "All flags go off and are live off; no table is dropped. [The quick reference](quick-reference.md) has the other ways.",
  ].join("\n\n");
}

function phaseStep(config: Named, phase: string, index: number, next: string | undefined): string {
  const flags = config.flags.filter((flag) => flag.phase === phase);
  const migrations = config.migrations.filter((migration) => migration.phase === phase);
  const items = config.prerequisites.filter((item) => item.phase === phase);
  const tests = config.smoke.filter((test) => test.phase === phase);
  const soak = config.soakSeconds[phase as keyof typeof config.soakSeconds];
  const lines = [
    ...migrations.map(({ id, purpose }) => `- Applies migration \`${id}\`: ${sentence(purpose)}`),
    ...flags.map(
      ({ key, purpose, serviceKey }) => `- Switches on \`${key}\` of ${serviceKey}: ${sentence(purpose)}`,
    ),
    ...(flags.length + migrations.length === 0
      ? ["- Changes nothing on Render; its gate looks at all that runs."]
      : []),
    ...tests.map(({ id }) => `- From here on every gate runs the smoke test \`${id}\`.`),
    ...(soak === 0 ? [] : [`- It soaks for ${lengthText(soak)}.`]),
    ...items.map(({ id, purpose, postgresRecovery }) =>
      postgresRecovery === undefined
        ? `- Before it is left, \`${id}\` has to be signed off: ${sentence(purpose)}`
        : `- Before it is left, Render has to say that the database ${postgresRecovery} can be restored.`,
    ),
  ];
  const command =
    next === undefined
      ? `npx rollout report --stack ${config.stack}`
      : `npx rollout advance --stack ${config.stack} --because "…"`;
  const last = next === undefined ? "At its end, the report:" : `Then, to ${next}:`;
  return [`## ${index}. ${phase}`, lines.join("\n"), last, code(command)].join("\n\n");
}

function quickReference({ stack, flags, thresholds, services, ...config }: StackConfig): string {
  const { advance, investigate, immediate, telegramSeconds } = thresholds;
  const phases = phasesOf(config);
  return [
    `# Quick reference: ${stack}`,
    table(
      ["To …", "Run"],
      [
        ["see where it stands", `\`npx rollout status --stack ${stack}\``],
        ["look at all that runs", `\`npx rollout verify --stack ${stack}\``],
        ["go on to the next phase", `\`npx rollout advance --stack ${stack}\``],
        ["switch everything off", `\`npx rollout rollback --full --stack ${stack}\``],
        [
          "switch one flag off",
          `\`npx rollout rollback --partial ${flags[0]?.key ?? "FLAG"} --stack ${stack}\``,
        ],
        ["go back to a phase", `\`npx rollout rollback --to ${phases[1] ?? "phase"} --stack ${stack}\``],
        ["do it by hand", `\`npx rollout rollback --full --instructions --stack ${stack}\``],
        ["read what happened", `\`npx rollout log --stack ${stack}\``],
        ["watch it live", `\`npx rollout dashboard --stack ${stack}\``],
        ["make the report", `\`npx rollout report --stack ${stack}\``],
      ],
    ),
    "## Limits",
    table(
      ["What", "Go on", "Look into it", "Back at once"],
      [
        [
          "error rate",
          `below ${advance.errorRatePercent} %`,
          `above ${investigate.errorRatePercent} %`,
          `above ${immediate.errorRatePercent} %`,
        ],
        ["response times against the baseline", `less than +${advance.latencyIncreasePercent} %`, "–", "–"],
        ["p95", "–", `above ${investigate.p95Seconds} s`, "–"],
        ["a Telegram message", `within ${telegramSeconds} s`, "–", "–"],
      ],
    ),
    "## Services",
    table(
      ["Service", "Name on Render", "Health", "Flags that it reports"],
      services.map(({ key, renderName, healthPath, reports }) => [
        key,
        renderName,
        `\`${healthPath}\``,
        reportOf(reports),
      ]),
    ),
  ].join("\n\n");
}

function reportOf(reports: StackConfig["services"][number]["reports"]): string {
  if (reports === undefined) return "the config does not say";
  return "none" in reports ? `none: ${reports.none}` : `\`${reports.path}\``;
}

function smokeChecklist(config: StackConfig): string {
  const { stack, smoke, pages = [], prerequisites } = config;
  const phases = phasesOf(config).filter((phase) =>
    [...smoke, ...pages, ...prerequisites].some((each) => each.phase === phase),
  );
  return [
    `# Smoke test checklist: ${stack}`,
    "Gates run the tests; what no machine can see is signed off in the stack's file, under `acknowledged`.",
    ...phases.map((phase) =>
      [
        `## From ${phase} on`,
        [
          ...smoke.filter((each) => each.phase === phase).map(smokeLine),
          ...pages.filter((each) => each.phase === phase).map(pageLine),
          ...prerequisites
            .filter((each) => each.phase === phase)
            .map(({ id, purpose, postgresRecovery }) =>
              postgresRecovery === undefined
                ? `- [ ] By a person: ${sentence(purpose)} Sign off \`${id}\`.`
                : `- [ ] By the gate: the database ${postgresRecovery} can be restored.`,
            ),
        ].join("\n"),
      ].join("\n\n"),
    ),
  ].join("\n\n");
}

function smokeLine({ id, method, path, serviceKey, status, withinSeconds, needs }: SmokeTest): string {
  const within = withinSeconds === undefined ? "" : ` within ${withinSeconds} s`;
  const when = needs.length === 0 ? "" : ` Only with ${needs.map((flag) => `\`${flag}\``).join(", ")} on.`;
  return `- [ ] By the gate: \`${id}\`: \`${method} ${path}\` of ${serviceKey} answers ${status}${within}.${when}`;
}

function pageLine({ id, path, serviceKey, withinSeconds, ...page }: PageCheck): string {
  const flagged = [
    ...Object.entries(page.whenOn).map(([flag, parts]) => partsText(parts, ` with \`${flag}\` on`)),
    ...Object.entries(page.whenOff).map(([flag, parts]) => partsText(parts, ` with \`${flag}\` off`)),
  ];
  const parts = [partsText(page, ""), ...flagged].filter((text) => text !== "");
  return [
    `- [ ] By the gate, in a browser: \`${id}\`: \`${path}\` of ${serviceKey} opens within ${withinSeconds} s, without an error in the console and without a failed request.`,
    ...parts.map((text) => `${text}.`),
  ].join(" ");
}

/** "Visible with `ENABLE_X` on: `#menu`; not visible: `.old`"; empty where nothing is wanted. */
function partsText({ visible, hidden }: VisibleParts, when: string): string {
  const list = (selectors: readonly string[]) => selectors.map((each) => `\`${each}\``).join(", ");
  return [
    ...(visible.length === 0 ? [] : [`Visible${when}: ${list(visible)}`]),
    ...(hidden.length === 0 ? [] : [`Not visible${when}: ${list(hidden)}`]),
  ].join(". ");
}

function flagsGuide({ stack, flags, hold: _, ...config }: StackConfig): string {
  return [
    `# Feature flags: ${stack}`,
    'A flag is an environment variable of its service, `"true"` or `"false"`. It is on from its phase on, unless the stack\'s file has it under `hold`. A change is one deploy of its service; it ships no code.',
    table(
      ["Flag", "Service", "On from", "For", "Needs"],
      flags.map(({ key, serviceKey, phase, purpose, requires }) => [
        `\`${key}\``,
        serviceKey,
        phase,
        purpose,
        requires.map((id) => `\`${id}\``).join(", ") || "nothing",
      ]),
    ),
    ...flags.map((flag) => flagSection(stack, flag, config.services)),
  ].join("\n\n");
}

function flagSection(
  stack: string,
  { key, serviceKey, purpose, requires }: Flag,
  services: StackConfig["services"],
): string {
  const service = services.find((each) => each.key === serviceKey);
  const deploy =
    service?.kind === "static_site"
      ? "its site is built anew from the commit that is live, as the value ends up in the bundle"
      : "its last good build is started again with the new value";
  return [
    `## ${key}`,
    `${sentence(purpose)} When it changes, ${deploy}.`,
    ...(requires.length === 0
      ? []
      : [`It never goes on before ${requires.map((id) => `\`${id}\``).join(" and ")} is applied.`]),
    "Off, and nothing else:",
    code(`npx rollout rollback --partial ${key} --stack ${stack} --because "…"`),
  ].join("\n\n");
}

function migrationsGuide({ stack, migrations, flags, backup, runner }: StackConfig): string {
  return [
    `# Migrations: ${stack}`,
    "A migration stays applied when the rollout goes back, unless a consent in the stack's file (`acceptDataLoss`) names it. So an emergency rollback loses no data.",
    ...(runner === undefined
      ? []
      : [`They run by \`${runner.where}\`, at most ${lengthText(runner.timeoutSeconds)}.`]),
    backup === undefined
      ? "**No backup is made before them:** the catalogue has no `backup`."
      : `Before one changes anything, the catalogue's backup command runs, at most ${lengthText(backup.timeoutSeconds)}; where it fails, nothing is touched.`,
    table(
      ["Migration", "Phase", "For", "Risk of a rollback", "A rollback"],
      migrations.map(({ id, phase, purpose, rollbackRisk, rollbackLoses }) => [
        `\`${id}\``,
        phase,
        purpose,
        rollbackRisk,
        rollbackLoses,
      ]),
    ),
    ...migrations.map((migration) => migrationSection(stack, migration, flags)),
  ].join("\n\n");
}

function migrationSection(
  stack: string,
  { id, rollbackRisk, rollbackLoses }: Migration,
  flags: readonly Flag[],
): string {
  const users = flags.filter(({ requires }) => requires.includes(id)).map(({ key }) => `\`${key}\``);
  return [
    `## ${id}`,
    users.length === 0 ? "No flag says that it needs it." : `Needed by ${users.join(", ")}.`,
    `Risk of a rollback: **${rollbackRisk}**. It ${rollbackLoses}. Only with all flags off, and with a consent that is typed:`,
    code(`npx rollout rollback --migrations-only --accept-data-loss ${id} --stack ${stack} --because "…"`),
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => " --- |").join("")}`, ...rows.map(line)].join("\n");
}

function code(command: string): string {
  return `\`\`\`sh\n${command}\n\`\`\``;
}

/** A purpose as config has it, with one full stop. */
function sentence(text: string): string {
  return `${text.trim().replace(/\.$/, "")}.`;
}
