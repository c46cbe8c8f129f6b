"use strict";
// Loaded before the SDK's runner, which is started ahead: the SDK, and the compiler where the program is read by Pulumi's own, are
// loaded while the engine still reads config and state. Then it hands over the rest of the command line and of the environment.
const { closeSync, readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const load = createRequire(path.join(process.cwd(), "index.js"));
load("@pulumi/pulumi");
if (process.env.PULUMI_NODEJS_TYPESCRIPT === "true") load("@pulumi/pulumi/typescript-shim");

const start = readFileSync(3, "utf8");
closeSync(3);
// The engine has ended without a start.
if (start === "") process.exit(1);
const { scriptArguments, environment } = JSON.parse(start);
process.argv.push(...scriptArguments);
Object.assign(process.env, environment);
