/**
 * A shell's script that sends the packed SQL to the database of `DATABASE_URL`. The address stays in the environment: psql
 * gets its parts as PG* variables (an argument could be read in the process list), Python and Node read it themselves.
 * It is plain POSIX, as the smallest images have it.
 */
export function runnerScript(packedSql: string, nonce: string): string {
  return `
fail() { echo "rollout:${nonce}:failed:$1:$2"; exit 1; }
sql() { echo ${packedSql} | base64 -d | gzip -dc; }
[ -n "$DATABASE_URL" ] || fail url 1
if command -v psql >/dev/null 2>&1; then
  eval "$(awk '${AWK}')"
  sql | psql -X -q -A -t -w -v ON_ERROR_STOP=1 || fail psql $?
elif python3 -c '${PYTHON_CHECK}' >/dev/null 2>&1; then
  sql | python3 -c '${PYTHON}' || fail python $?
elif node -e 'require("pg")' >/dev/null 2>&1; then
  sql | node -e '${NODE}' || fail node $?
else
  fail client 1
fi
`.trim();
}

/** Takes the URL apart and writes `export PGHOST='…'` and so on; `%40` and the like are decoded. */
const AWK = `
function hex(c) { return index("0123456789abcdef", tolower(c)) - 1 }
function decode(s,   o, i) { o = ""; for (i = 1; i <= length(s); i++) { if (substr(s, i, 1) == "%") { o = o sprintf("%c", hex(substr(s, i + 1, 1)) * 16 + hex(substr(s, i + 2, 1))); i += 2 } else o = o substr(s, i, 1) } return o }
function put(name, value) { if (value == "") return; value = decode(value); gsub(q, q "\\\\" q q, value); print "export " name "=" q value q }
BEGIN {
  q = sprintf("%c", 39); u = ENVIRON["DATABASE_URL"]; sub(/^[^:]*:\\/\\//, "", u); query = ""
  if (i = index(u, "?")) { query = substr(u, i + 1); u = substr(u, 1, i - 1) }
  at = 0; for (i = 1; i <= length(u); i++) if (substr(u, i, 1) == "@") at = i
  if (at) { who = substr(u, 1, at - 1); u = substr(u, at + 1); if (i = index(who, ":")) { put("PGPASSWORD", substr(who, i + 1)); who = substr(who, 1, i - 1) } put("PGUSER", who) }
  if (i = index(u, "/")) { put("PGDATABASE", substr(u, i + 1)); u = substr(u, 1, i - 1) }
  if (match(u, /:[0-9]+$/)) { put("PGPORT", substr(u, RSTART + 1)); u = substr(u, 1, RSTART - 1) }
  gsub(/^\\[|\\]$/, "", u); put("PGHOST", u)
  n = split(query, part, "&")
  for (i = 1; i <= n; i++) { split(part[i], pair, "="); value = substr(part[i], length(pair[1]) + 2)
    if (pair[1] == "sslmode") put("PGSSLMODE", value == "no-verify" ? "require" : value)
    if (pair[1] == "sslrootcert") put("PGSSLROOTCERT", value)
    if (pair[1] == "options") put("PGOPTIONS", value)
    if (pair[1] == "host") put("PGHOST", value) }
  print "export PGCONNECT_TIMEOUT=15"
}`.trim();

const PYTHON_CHECK = `
try:
  import psycopg
except ImportError:
  import psycopg2`.trim();

const PYTHON = `
import os, re, sys
try:
  import psycopg as d
except ImportError:
  import psycopg2 as d
u = re.sub(r"^postgres(ql)?(\\+\\w+)?:", "postgresql:", os.environ["DATABASE_URL"])
try:
  c = d.connect(u, connect_timeout=15)
  c.autocommit = True
  k = c.cursor()
  k.execute(sys.stdin.read())
  while getattr(k, "nextset", None) and d.__name__ == "psycopg" and k.nextset(): pass
  for row in k.fetchall(): print(row[0])
except Exception:
  sys.exit(2)`.trim();

const NODE = `
const { Client } = require("pg");
let u = process.env.DATABASE_URL;
if (/[?&]sslmode=(prefer|require)/.test(u) && !/uselibpqcompat/.test(u)) u += "&uselibpqcompat=true";
const c = new Client({ connectionString: u, connectionTimeoutMillis: 15000 });
let s = ""; process.stdin.on("data", (d) => { s += d; }).on("end", async () => {
  try { await c.connect(); const r = await c.query(s); for (const row of r[r.length - 1].rows) console.log(Object.values(row)[0]); await c.end(); }
  catch { process.exit(2); }
});`.trim();
