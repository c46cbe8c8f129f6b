import { join } from "node:path";

import { writeFiles } from "../write-files";
import { downStatements, upStatements, type MigrationSpec, type Tool } from "../tool";

const revision = (number: number) => `a0b1c2d3e4f${number}`;

export const alembic: Tool = {
  tool: "alembic",
  install: "python",
  canGoWithout: true,
  id: (number) => `${revision(number)}_step`,
  source: () => ({ linear: true }),
  write(folder, specs) {
    writeFiles(folder, {
      "alembic.ini": "[alembic]\nscript_location = %(here)s/alembic\n",
      "alembic/env.py": ENV,
      ...Object.fromEntries(
        specs.map((spec) => [`alembic/versions/${revision(spec.number)}_step.py`, revisionFile(spec)]),
      ),
    });
  },
  apply: ({ python }, url) => ({
    words: [join(python, "bin/alembic"), "upgrade", "heads"],
    env: { DATABASE_URL: url.replace("postgres:", "postgresql:") },
  }),
  rollback: ({ python }, url) => ({
    words: [join(python, "bin/alembic"), "downgrade", "-1"],
    env: { DATABASE_URL: url.replace("postgres:", "postgresql:") },
  }),
};

const ENV = `
import os
from alembic import context
from sqlalchemy import create_engine
with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
`;

function revisionFile(spec: MigrationSpec): string {
  const run = (statements: string[]) => statements.map((sql) => `op.execute(${JSON.stringify(sql)})`);
  const up = run(upStatements(spec));
  const body =
    spec.noTransaction === true
      ? ["with op.get_context().autocommit_block():", ...up.map((line) => `    ${line}`)]
      : up;
  return `from alembic import op
revision = "${revision(spec.number)}"
down_revision = ${spec.number === 1 ? "None" : `"${revision(spec.number - 1)}"`}
def upgrade():
    ${body.join("\n    ")}
def downgrade():
    ${run(downStatements(spec)).join("\n    ")}
`;
}

export const django: Tool = {
  tool: "django",
  install: "python",
  canGoWithout: true,
  id: (number) => `shop/000${number}_step`,
  write(folder, specs) {
    writeFiles(folder, {
      "manage.py": `import os, sys\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n`,
      "settings.py": SETTINGS,
      "shop/__init__.py": "",
      "shop/migrations/__init__.py": "",
      ...Object.fromEntries(
        specs.map((spec) => [`shop/migrations/000${spec.number}_step.py`, djangoFile(spec)]),
      ),
    });
  },
  apply: ({ python }, url) => ({
    words: [join(python, "bin/python"), "manage.py", "migrate", "--noinput"],
    env: { DATABASE_URL: url },
  }),
  rollback: ({ python }, url) => ({
    words: [join(python, "bin/python"), "manage.py", "migrate", "--noinput", "shop", "0001_step"],
    env: { DATABASE_URL: url },
  }),
};

const SETTINGS = `
import os
from urllib.parse import urlparse
u = urlparse(os.environ["DATABASE_URL"])
SECRET_KEY = "x"
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": u.path[1:], "USER": u.username, "PASSWORD": u.password, "HOST": u.hostname, "PORT": u.port}}
`;

function djangoFile(spec: MigrationSpec): string {
  const up = upStatements(spec);
  const operations = up.map(
    (sql) => `migrations.RunSQL(${JSON.stringify(sql)}, ${JSON.stringify(downOf(sql))})`,
  );
  return `from django.db import migrations
class Migration(migrations.Migration):
    atomic = ${spec.noTransaction === true ? "False" : "True"}
    dependencies = [${spec.number === 1 ? "" : `("shop", "000${spec.number - 1}_step")`}]
    operations = [${operations.join(", ")}]
`;
}

function downOf(sql: string): string {
  const table = /CREATE TABLE (\w+)/.exec(sql)?.[1];
  return table === undefined ? "SELECT 1" : `DROP TABLE ${table}`;
}
