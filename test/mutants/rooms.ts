/** A part of the program and the tests that have to notice when it changes: unit tests, none that starts a process of its own. */
export interface Room {
  name: string;
  mutate: readonly string[];
  tests: readonly string[];
}

/** In the order in which a bounded run takes them: what decides comes first. */
export const ROOMS: readonly Room[] = [
  {
    name: "lines",
    mutate: [
      "components/{told-lines,own,errors,error-code}.ts",
      "components/probes/{check-id,verdict,json-expectation}.ts",
      "components/providers/pace.ts",
      "components/providers/migrations/row-losses.ts",
    ],
    tests: [
      "test/told-lines.test.ts",
      "test/own.test.ts",
      "test/probes/{verdict,json-expectation,check-id}.test.ts",
      "test/providers/{border,pace}.test.ts",
      "test/providers/migrations/row-losses.test.ts",
    ],
  },
  {
    name: "plan",
    mutate: ["components/plan/**/*.ts"],
    tests: ["test/plan/**/*.test.ts", "test/providers/gate/closing.test.ts"],
  },
  {
    name: "stack-file",
    mutate: ["cli/stack-file/*.ts"],
    tests: ["test/cli/stack-file/*.test.ts"],
  },
  {
    name: "consents",
    mutate: ["components/providers/migrations/{reconcile,consents}.ts", "components/providers/revision.ts"],
    tests: ["test/providers/migrations/*.test.ts", "test/providers/deploy/running.test.ts"],
  },
  {
    name: "flags",
    mutate: ["components/providers/{feature-flag,flag-evidence}.ts", "components/providers/deploy/*.ts"],
    tests: ["test/providers/{feature-flag,unset-flag,observed}.test.ts", "test/providers/deploy/*.test.ts"],
  },
  {
    name: "gates",
    mutate: ["components/providers/gate/{closing,override,inputs,gate-inputs,judge-limits}.ts"],
    tests: ["test/providers/gate/*.test.ts"],
  },
  {
    name: "latency",
    mutate: ["components/probes/latency/*.ts"],
    tests: ["test/probes/latency/*.test.ts"],
  },
  {
    name: "probes",
    mutate: ["components/probes/*.ts"],
    tests: ["test/probes/*.test.ts"],
  },
  {
    name: "render",
    mutate: ["components/render/*.ts"],
    tests: ["test/render/*.test.ts"],
  },
  {
    name: "rules",
    mutate: ["components/config/*.ts", "components/config/rules/*.ts"],
    tests: ["test/config/{load-stack-config,wrong-configs,words,shipped-config}.test.ts"],
  },
  {
    name: "changes",
    mutate: ["cli/{changes,drift,rollback}/*.ts"],
    tests: ["test/cli/{review,drift,rollback,instructions}.test.ts"],
  },
];
