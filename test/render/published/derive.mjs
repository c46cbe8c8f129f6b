// Derives description.json from the types that Render generates from its OpenAPI document, for the operations that we
// use. Run it by hand when they change:
//   node test/render/published/derive.mjs <checkout of render-oss/sdk> <checkout of render-oss/cli>
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const [sdk, cli] = process.argv.slice(2);
const SCHEMA = "typescript/src/generated/schema.ts";
const CLIENT = "pkg/client/client_gen.go";
const USED = [
  ["GET", "/owners", "ListOwners"],
  ["GET", "/services", "ListServices"],
  ["GET", "/services/{serviceId}"],
  ["GET", "/services/{serviceId}/env-vars", "GetEnvVarsForService"],
  ["GET", "/services/{serviceId}/env-vars/{envVarKey}"],
  ["PUT", "/services/{serviceId}/env-vars/{envVarKey}"],
  ["GET", "/env-groups", "ListEnvGroups"],
  ["GET", "/env-groups/{envGroupId}"],
  ["GET", "/services/{serviceId}/deploys", "ListDeploys"],
  ["POST", "/services/{serviceId}/deploys"],
  ["GET", "/services/{serviceId}/deploys/{deployId}"],
  ["POST", "/services/{serviceId}/deploys/{deployId}/cancel"],
  ["GET", "/services/{serviceId}/jobs", "ListJob"],
  ["POST", "/services/{serviceId}/jobs"],
  ["GET", "/services/{serviceId}/jobs/{jobId}"],
  ["GET", "/services/{serviceId}/events", "ListEvents"],
  ["GET", "/logs", "ListLogs"],
  ["GET", "/metrics/http-requests", "GetHttpRequests"],
  ["GET", "/metrics/http-latency", "GetHttpLatency"],
  ["GET", "/metrics/cpu", "GetCpu"],
  ["GET", "/metrics/cpu-limit", "GetCpuLimit"],
  ["GET", "/metrics/memory", "GetMemory"],
  ["GET", "/metrics/memory-limit", "GetMemoryLimit"],
  ["GET", "/metrics/active-connections", "GetActiveConnections"],
  ["GET", "/metrics/instance-count", "GetInstanceCount"],
  ["GET", "/blueprints", "ListBlueprints"],
  ["GET", "/blueprints/{blueprintId}"],
  ["GET", "/environments/{environmentId}"],
  ["GET", "/postgres", "ListPostgres"],
  ["GET", "/postgres/{postgresId}/recovery"],
];
const DEPTH = 4;

const schemaFile = path.join(sdk, SCHEMA);
const program = ts.createProgram([schemaFile], { strict: true, target: ts.ScriptTarget.ES2022 });
const checker = program.getTypeChecker();
const source = program.getSourceFile(schemaFile);
const paths = checker.getTypeAtLocation(
  source.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === "paths",
  ),
);
const go = readFileSync(path.join(cli, CLIENT), "utf8");

function member(type, name) {
  const symbol = type && checker.getPropertyOfType(type, name);
  return symbol && checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
}

/** Only what a test needs: kinds, words of enumerations, fields and which of them are there always. */
function describe(type, depth = DEPTH) {
  const plain = checker.getNonNullableType(type);
  if (plain.isUnion()) {
    if (plain.types.every((each) => each.isStringLiteral()))
      return { enum: plain.types.map(({ value }) => value) };
    if (plain.types.every((each) => each.flags & ts.TypeFlags.BooleanLiteral)) return { type: "boolean" };
    return { anyOf: plain.types.map((each) => describe(each, depth)) };
  }
  if (plain.flags & ts.TypeFlags.StringLike)
    return plain.isStringLiteral() ? { enum: [plain.value] } : { type: "string" };
  if (plain.flags & ts.TypeFlags.NumberLike) return { type: "number" };
  if (plain.flags & ts.TypeFlags.BooleanLike) return { type: "boolean" };
  if (checker.isArrayType(plain)) return { items: describe(checker.getTypeArguments(plain)[0], depth) };
  const properties = checker.getPropertiesOfType(plain);
  if (properties.length === 0 || depth === 0) return {};
  const fields = Object.fromEntries(
    properties.map((symbol) => [symbol.name, describe(checker.getTypeOfSymbol(symbol), depth - 1)]),
  );
  const required = properties
    .filter(({ flags }) => !(flags & ts.SymbolFlags.Optional))
    .map(({ name }) => name);
  return { fields, required };
}

/** How a list is sent: `true` in the generated client repeats the parameter, `false` joins it with commas. */
function styles(name) {
  if (name === undefined) return {};
  const body = new RegExp(`func New${name}Request\\(.*?\\n}\\n`, "s").exec(go)?.[0];
  if (body === undefined) throw new Error(`no New${name}Request in the client`);
  return Object.fromEntries(
    [...body.matchAll(/\("form", (true|false), "(\w+)"/g)].map(([, repeats, parameter]) => [
      parameter,
      repeats === "true" ? "repeated" : "commas",
    ]),
  );
}

const operations = Object.fromEntries(
  USED.map(([method, route, client]) => {
    const operation = member(member(paths, route), method.toLowerCase());
    if (operation === undefined) throw new Error(`${method} ${route} is not described`);
    const query = member(member(operation, "parameters"), "query");
    const responses = member(operation, "responses");
    const body = (type) => {
      const content = member(type, "content");
      const json = content && member(content, "application/json");
      return json && describe(json);
    };
    const answers = checker.getPropertiesOfType(responses).map(({ name }) => name);
    const success = answers.filter((status) => status.startsWith("2"));
    const style = styles(client);
    return [
      `${method} ${route}`,
      {
        query: Object.fromEntries(
          (query ? checker.getPropertiesOfType(query) : []).map((symbol) => [
            symbol.name,
            {
              ...describe(checker.getTypeOfSymbol(symbol), 2),
              ...(style[symbol.name] && { style: style[symbol.name] }),
            },
          ]),
        ),
        request: body(member(operation, "requestBody")),
        statuses: answers.map(Number),
        response: success
          .map((status) => body(member(responses, status)))
          .find((found) => found !== undefined),
      },
    ];
  }),
);

const version = (directory) =>
  execFileSync("git", ["-C", directory, "log", "-1", "--format=%H %cs"], { encoding: "utf8" }).trim();
const description = {
  source: {
    types: `https://github.com/render-oss/sdk ${SCHEMA} ${version(sdk)}`,
    "lists in queries": `https://github.com/render-oss/cli ${CLIENT} ${version(cli)}`,
    generatedFrom: "https://api-docs.render.com/openapi/6140fb3daeae351056086186",
  },
};
// A line for each operation, so that a change shows as one.
const lines = Object.entries(operations).map(
  ([name, operation]) => `${JSON.stringify(name)}: ${JSON.stringify(operation)}`,
);
const text = `{"source": ${JSON.stringify(description.source)},\n"operations": {\n${lines.join(",\n")}\n}}\n`;
writeFileSync(path.join(import.meta.dirname, "description.json"), text);
