"use strict";
// Loaded before the SDK's runner, which is started ahead: the compiler, the largest part of what it needs, is loaded while
// the engine still reads config and state. Then the engine hands over the rest of the command line and of the environment.
const { closeSync, readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

createRequire(path.join(process.cwd(), "index.js"))("@pulumi/pulumi/typescript-shim");

const start = readFileSync(3, "utf8");
closeSync(3);
// The engine has ended without a start.
if (start === "") process.exit(1);
const { scriptArguments, environment } = JSON.parse(start);
process.argv.push(...scriptArguments);
Object.assign(process.env, environment);
