/**
 * An environment with the parts of its DATABASE_URL as the variables that Postgres' own programs read, so that
 * `pg_dump --format=custom` needs no address among its arguments, where every user of the machine can read it.
 * They go before variables of the same names; without an address of Postgres nothing changes.
 * @source PostgreSQL documentation, "Environment Variables" and "Connection URIs" of libpq.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function withPostgresVariables(environment) {
  return { ...environment, ...postgresVariables(environment.DATABASE_URL ?? "") };
}

function postgresVariables(address) {
  const parts =
    /^postgres(?:ql)?(?:\+\w+)?:\/\/(?:(?<user>[^:@/?]*)(?::(?<password>.*))?@)?(?<hosts>[^@/?#]*)(?:\/(?<name>[^?#]*))?(?:\?(?<query>[^#]*))?$/.exec(
      address.trim(),
    )?.groups;
  if (parts === undefined) return {};
  const [hosts, ports] = hostsAndPorts(parts.hosts);
  const named = [
    ["PGHOST", hosts],
    ["PGPORT", ports],
    ["PGUSER", decoded(parts.user)],
    ["PGPASSWORD", decoded(parts.password)],
    ["PGDATABASE", decoded(parts.name)],
    ...[...new URLSearchParams(parts.query ?? "")].map(([key, value]) => [VARIABLES[key], value]),
  ];
  return Object.fromEntries(named.filter(([variable, value]) => variable !== undefined && value));
}

/** Several hosts stand side by side, each with its port: `a:5432,b`. */
function hostsAndPorts(text) {
  const each = text.split(",").map((host) => /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(host) ?? []);
  const hosts = each.map(([, host = ""]) => decoded(host.replaceAll(/^\[|\]$/g, "")));
  const ports = each.map(([, , port = ""]) => port);
  return [hosts.join(","), ports.every((port) => port === "") ? "" : ports.join(",")];
}

const VARIABLES = {
  host: "PGHOST",
  hostaddr: "PGHOSTADDR",
  port: "PGPORT",
  user: "PGUSER",
  password: "PGPASSWORD",
  dbname: "PGDATABASE",
  sslmode: "PGSSLMODE",
  sslrootcert: "PGSSLROOTCERT",
  sslcert: "PGSSLCERT",
  sslkey: "PGSSLKEY",
  sslcrl: "PGSSLCRL",
  sslsni: "PGSSLSNI",
  channel_binding: "PGCHANNELBINDING",
  gssencmode: "PGGSSENCMODE",
  connect_timeout: "PGCONNECT_TIMEOUT",
  target_session_attrs: "PGTARGETSESSIONATTRS",
  application_name: "PGAPPNAME",
  client_encoding: "PGCLIENTENCODING",
  options: "PGOPTIONS",
};

function decoded(text = "") {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
