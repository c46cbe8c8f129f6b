"use strict";
// Loaded before the SDK's own entry points, which spend most of their time on loading what they seldom use, and on
// compiling the same TypeScript again and again. Nothing that a program or a provider can see is different.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const cache = path.join(__dirname, "..", "..", "..", "node_modules", ".cache", "embedded-engine");

const { putInPlace } = require("../../../components/typescript/seldom-used.cjs");

// Node 22 keeps compiled code by itself; before it, that of the largest file by far is kept here.
if (Module.enableCompileCache !== undefined) Module.enableCompileCache(path.join(cache, "node"));
else
  putInPlace(
    (asker, request) => request === "typescript" && /\/@pulumi\/pulumi\/typescript-shim\.js$/.test(asker),
    compiledOnce,
  );

putInPlace(
  (asker, request) => request === "./ts-transpile-module" && /\/ts-node\/dist\/index\.js$/.test(asker),
  (file) => remembering(require(file)),
);

/** A module whose compiled code is kept on disk, for as long as the file stays. V8 takes none that another V8 made. */
function compiledOnce(file) {
  const { size, mtimeMs } = statSync(file);
  const key = createHash("sha256")
    .update(JSON.stringify([file, size, mtimeMs]))
    .digest("hex");
  const kept = path.join(cache, `${path.basename(file)}-${key}`);
  const cachedData = bytes(kept);
  const script = new vm.Script(Module.wrap(readFileSync(file, "utf8")), { filename: file, cachedData });
  const module = Object.assign(new Module(file), { filename: file, paths: Module._nodeModulePaths(file) });
  script.runInThisContext()(module.exports, (name) => module.require(name), module, file, path.dirname(file));
  if (cachedData === undefined || script.cachedDataRejected) keep(kept, script.createCachedData());
  return module.exports;
}

function bytes(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Without a place to write to, it is made anew each time. */
function keep(file, content) {
  try {
    mkdirSync(cache, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, content);
    renameSync(draft, file);
  } catch {
    // See above.
  }
}

/** ts-node's compiler of single files, with a memory on disk. What it makes of a file depends on nothing but the file's
 *  text and name, its module system, the compiler's version and options; the folder in them only ends up in the map's
 *  list of sources, which ts-node writes anew. */
function remembering({ createTsTranspileModule }) {
  return {
    createTsTranspileModule(ts, settings) {
      const transpile = createTsTranspileModule(ts, settings);
      if (settings.transformers !== undefined) return transpile;
      return (code, options, moduleType) => {
        const name = path.basename(options.fileName);
        const compiler = JSON.stringify([ts.version, settings.compilerOptions]).replaceAll(process.cwd(), "");
        const key = JSON.stringify([compiler, moduleType, name, code]);
        const file = path.join(cache, createHash("sha256").update(key).digest("hex"));
        return recall(file) ?? remember(file, transpile(code, options, moduleType));
      };
    },
  };
}

function recall(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function remember(file, result) {
  if (result.diagnostics?.length > 0) return result;
  keep(file, JSON.stringify({ outputText: result.outputText, sourceMapText: result.sourceMapText }));
  return result;
}
