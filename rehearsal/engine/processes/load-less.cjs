"use strict";
// Loaded before the SDK's own entry points, which spend most of their time on loading what they seldom use, and on
// compiling the same TypeScript again and again. Nothing that a program or a provider can see is different.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const cache = path.join(__dirname, "..", "..", "..", "node_modules", ".cache", "embedded-engine");

// Node 22 keeps compiled code by itself.
Module.enableCompileCache?.(path.join(cache, "node"));

const { putInPlace } = require("../../../components/typescript/seldom-used.cjs");

putInPlace(
  (asker, request) => request === "./ts-transpile-module" && /\/ts-node\/dist\/index\.js$/.test(asker),
  (file) => remembering(require(file)),
);

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
  try {
    mkdirSync(cache, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(
      draft,
      JSON.stringify({ outputText: result.outputText, sourceMapText: result.sourceMapText }),
    );
    renameSync(draft, file);
  } catch {
    // Without a place to write to, it is compiled anew each time.
  }
  return result;
}
