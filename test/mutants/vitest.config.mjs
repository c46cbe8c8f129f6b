import { readFileSync } from "node:fs";

import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";

/** As the suite's, for the tests of one room, with the program's files as `npm run mutants` has instrumented them. */
const { texts, tests, order } = JSON.parse(readFileSync(process.env.MUTANTS_RUN ?? "", "utf8"));

/** The quickest first: what it notices, the others need not look at. */
class QuickestFirst extends BaseSequencer {
  async sort(files) {
    const place = ({ moduleId }) => order.findIndex((file) => moduleId.endsWith(file));
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  plugins: [{ name: "mutants", enforce: "pre", load: (id) => texts[id] }],
  test: {
    include: tests,
    setupFiles: ["./test/support/setup.ts", "./test/mutants/brief-properties.ts"],
    runner: "./test/mutants/runner.ts",
    sequence: { sequencer: QuickestFirst },
    // What never ends is told by its being idle, which a busy machine does not change, or by its silence.
    testTimeout: 0,
    pool: "forks",
    maxWorkers: 1,
    env: { NO_COLOR: "1" },
    reporters: ["dot"],
  },
});
