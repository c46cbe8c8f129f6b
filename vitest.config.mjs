import { defineConfig } from "vitest/config";

import { LongFilesFirst } from "./test/support/long-files-first.mjs";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["./test/support/setup.ts"],
    testTimeout: 20_000,
    // Two cores: end-to-end files start processes of their own, and all of them wait now and then.
    maxWorkers: 3,
    pool: "forks",
    // Two hundred processes that each load the program anew took a third of the time. No test may lean on a module's fresh state.
    isolate: false,
    sequence: { sequencer: LongFilesFirst },
    env: {
      // What is printed is compared without colours, which CI would switch on.
      NO_COLOR: "1",
      // For the hundreds of processes that tests start: none lives long enough to gain from V8's helper threads.
      NODE_OPTIONS: "--v8-pool-size=0",
    },
    reporters: ["default", "./test/support/closing-line.mjs"],
  },
});
