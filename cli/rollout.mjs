#!/usr/bin/env node
// The program of package.json's `bin`. It uses Node alone until it is known that the packages are there.
import * as module from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

await import("./install.mjs");

const here = dirname(fileURLToPath(import.meta.url));
const typed = process.argv[1] ?? "";
const isInCheckout = relative(process.cwd(), typed) === "rollout" || typed.startsWith(here);
process.env.ROLLOUT_CALLED_AS ??= isInCheckout ? "./rollout" : "npx rollout";

// Where Node has it: what was compiled once is not compiled again.
module.enableCompileCache?.();
const require = module.createRequire(import.meta.url);
require("../components/typescript/register.cjs")();
require(join(here, "rollout.ts"));
