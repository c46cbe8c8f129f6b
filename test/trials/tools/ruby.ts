import { downStatements, stamp, upStatements, type Run, type Tool } from "../tool";
import { writeFiles } from "../write-files";

const RUN = `require "active_record"
ActiveRecord::Base.establish_connection(ENV["DATABASE_URL"])
ActiveRecord::Migration.verbose = false
context = ActiveRecord::MigrationContext.new("db/migrate", ActiveRecord::SchemaMigration)
ARGV[0] == "up" ? context.up : context.rollback(1)
`;

const ruby = (url: string, direction: string): Run => ({
  words: ["ruby", "run.rb", direction],
  env: { DATABASE_URL: url.replace("postgres:", "postgresql:") },
});

/** Active Record's own migrations, by the calls that \`rails db:migrate\` and \`db:rollback\` make. */
export const rails: Tool = {
  tool: "rails",
  install: "ruby",
  canGoWithout: true,
  id: (number) => `${stamp(number)}_step${number}`,
  write(folder, specs) {
    const calls = (statements: string[]) =>
      statements.map((sql) => `execute ${JSON.stringify(sql)}`).join("\n    ");
    const file = (spec: (typeof specs)[number]) => `class Step${spec.number} < ActiveRecord::Migration[6.1]
  ${spec.noTransaction === true ? "disable_ddl_transaction!" : ""}
  def up
    ${calls(upStatements(spec))}
  end
  def down
    ${calls(downStatements(spec))}
  end
end
`;
    writeFiles(folder, {
      "run.rb": RUN,
      ...Object.fromEntries(
        specs.map((spec) => [`db/migrate/${stamp(spec.number)}_step${spec.number}.rb`, file(spec)]),
      ),
    });
  },
  apply: (_, url) => ruby(url, "up"),
  rollback: (_, url) => ruby(url, "down"),
};
