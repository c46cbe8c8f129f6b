import { defineConfig } from "vitest/config";

/** As the suite's, for the tests of one room: `npm run mutants` names them. */
export default defineConfig({
  test: {
    include: (process.env.MUTANTS_TESTS ?? "").split("\n"),
    setupFiles: ["./test/support/setup.ts"],
    testTimeout: 20_000,
    env: { NO_COLOR: "1" },
  },
});
