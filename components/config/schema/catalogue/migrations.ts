import { z } from "zod";
import { MIGRATION_TOOLS } from "../../migration-tools";
import * as words from "../words";

const FACT =
  'a fact of the database: { table: parts }, { column: orders.car_number }, { index: … }, { indexOn: orders.car_number }, { constraint: … }, { foreignKey: parts.category_id, references: categories.id } or { query: "select …" }';

/** What a migration leaves behind that anybody can look at. One key names the kind, the others narrow it. */
const fact = z.union(
  [
    z.strictObject({ table: words.line }),
    z.strictObject({ column: words.line, type: words.line.optional() }),
    z.strictObject({ index: words.line, on: words.line.optional() }),
    z.strictObject({ indexOn: words.line }),
    z.strictObject({ constraint: words.line, on: words.line.optional() }),
    z.strictObject({ foreignKey: words.line, references: words.line }),
    z.strictObject({ query: words.query }),
  ],
  { error: FACT },
);

/** The tools whose ledger we read and whose commands we know. @source docs/migration-tools.md, made by running each. */
const migrationTool = z.enum(MIGRATION_TOOLS, {
  error: "a tool that we know: alembic, dbmate, django, … (docs/migration-tools.md)",
});

const COMMANDS = "a map with apply, and what there is of rollback and status";

/** The database's part of the catalogue: what is applied when, by whom, and who says so. */
export const migrationsShape = {
  migrations: z
    .record(
      words.migrationId,
      z.strictObject({
        phase: words.phase.describe("The migration is applied from this phase on."),
        purpose: words.line.describe("What it adds."),
        rollbackRisk: z.enum(["low", "medium", "high"]).describe("How much a rollback hurts."),
        rollbackLoses: words.line.describe(
          'What a rollback loses, beginning with a verb: "drops the tables parts and categories".',
        ),
        file: words.migrationFile
          .optional()
          .describe("The migration's file: for those who read reports, and for commands that hold {file}."),
        shows: z
          .array(fact, { error: "a list of facts: [{ table: parts }]" })
          .min(1, "a list of facts: [{ table: parts }]")
          .optional()
          .describe(
            "By what the database shows it: all of these there, it is applied; none, it is pending; some, it is partly applied.",
          ),
        recordedAs: words.line
          .optional()
          .describe("What the tool's own table calls it, where that is not its id here."),
      }),
      { error: "a map of migrations" },
    )
    .optional()
    .describe("The database's migrations, by id, in order of application."),
  runner: z
    .strictObject(
      {
        where: z
          .enum(["local", "ssh", "render-job"])
          .describe(
            "Where the commands run: on this machine, on a running instance of the service, or as a one-off job on its last build.",
          ),
        service: words.serviceName
          .optional()
          .describe(
            "The web service whose code the migrations belong to. ssh and render-job run there; the commit of a local checkout is compared with what it runs.",
          ),
        checkout: z
          .boolean({ error: "true or false" })
          .optional()
          .describe(
            "The commands run in a checkout of the service's code, whose place the operator tells in ROLLOUT_CHECKOUT; workingDirectory is a folder in it. Needs where: local.",
          ),
        workingDirectory: words.line.optional().describe("Directory in which the commands run."),
        tool: migrationTool
          .optional()
          .describe(
            "The migration tool: its commands and its own table in the database are known (docs/migration-tools.md).",
          ),
        source: z
          .enum(["shows", "ledger", "status"], { error: "shows, ledger or status" })
          .optional()
          .describe(
            "Who says what is applied. Default: what a migration shows, else the tool's table, else the status command.",
          ),
        ledger: z
          .strictObject(
            {
              table: words.line
                .optional()
                .describe("Name of the tool's table, where it is not the usual one."),
              schema: words.line.optional().describe("The schema that it stands in."),
              linear: z
                .boolean({ error: "true or false" })
                .optional()
                .describe(
                  "alembic: each listed migration builds upon the one before, so that the newest tells of all.",
                ),
              app: words.line.optional().describe("Django's app, for ids that name none."),
            },
            { error: "a map with table, schema or app" },
          )
          .optional()
          .describe("Where the tool keeps its own table."),
        commands: z
          .strictObject(
            {
              status: command(
                "prints, as the JSON of docs/migration-tools.md and nothing else, what is applied",
              ).optional(),
              apply: command(
                "applies one migration where a word holds {id} or {file}, otherwise all that are pending",
              ).optional(),
              rollback: command(
                "rolls back one migration where a word holds {id} or {file}, otherwise all that are applied",
              ).optional(),
            },
            { error: COMMANDS },
          )
          .optional()
          .describe("The commands, each as a list of words; no shell reads them."),
        timeout: words.duration.optional().describe('How long one command may take. Default: "15 minutes".'),
      },
      { error: "a map with where, and tool or commands" },
    )
    .optional()
    .describe("How migrations are applied and rolled back, and who says which are applied."),
  backup: z
    .strictObject(
      {
        command: words.shellLine.describe(
          "Makes a backup and verifies it; a line for /bin/sh. Any exit code but 0 stops the rollout.",
        ),
        timeout: words.duration.optional().describe('How long it may take. Default: "15 minutes".'),
      },
      { error: "a map with command" },
    )
    .optional()
    .describe("What runs before a migration changes anything."),
};

function command(does: string) {
  const inWords = `a list of words, the first one the program: ["python", "migrate.py"]`;
  return z
    .array(words.commandWord, { error: inWords })
    .min(1, { error: inWords })
    .describe(`The command that ${does}.`);
}
