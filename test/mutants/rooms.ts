/** A part of the program and the tests that have to notice when it changes: unit tests, none that starts a process of its own. */
export interface Room {
  name: string;
  /** Files; or folders, which end in a slash and are meant without the folders in them. */
  mutate: readonly string[];
  /** Patterns. */
  tests: readonly string[];
}

/** In the order in which a bounded run takes them: what decides comes first. */
export const ROOMS: readonly Room[] = [
  {
    name: "plan",
    mutate: ["components/plan/", "components/plan/schedule/"],
    tests: ["test/plan/**/*.test.ts"],
  },
  {
    name: "lines",
    mutate: [
      "components/told-lines.ts",
      "components/own.ts",
      "components/probes/check-id.ts",
      "components/probes/verdict.ts",
      "components/probes/json-expectation.ts",
      "components/providers/pace.ts",
    ],
    tests: [
      "test/{told-lines,own}.test.ts",
      "test/probes/{verdict,json-expectation,check-id}.test.ts",
      "test/providers/pace.test.ts",
    ],
  },
  { name: "stack-file", mutate: ["cli/stack-file/"], tests: ["test/cli/stack-file/*.test.ts"] },
  {
    name: "consents",
    mutate: [
      "components/providers/revision.ts",
      "components/providers/migrations/reconcile.ts",
      "components/providers/migrations/consents.ts",
    ],
    tests: [
      "test/providers/migrations/{migrations,consents,reconcile}.test.ts",
      "test/providers/deploy/running.test.ts",
      "test/providers/revision.test.ts",
    ],
  },
  {
    name: "flags",
    mutate: [
      "components/providers/feature-flag.ts",
      "components/providers/flag-evidence.ts",
      "components/providers/deploy/",
    ],
    tests: [
      "test/providers/{feature-flag,feature-flag-verbs,unset-flag,observed,flag-evidence,wake,watch-log}.test.ts",
      "test/providers/{deploy,gate}/*.test.ts",
    ],
  },
  { name: "latency", mutate: ["components/probes/latency/"], tests: ["test/probes/latency/*.test.ts"] },
  {
    name: "probes",
    mutate: ["components/probes/"],
    tests: ["test/probes/*.test.ts", "test/probes/latency/*.test.ts"],
  },
  { name: "render", mutate: ["components/render/"], tests: ["test/render/*.test.ts"] },
  {
    name: "gates",
    mutate: ["components/providers/gate/"],
    tests: [
      "test/providers/{feature-flag,feature-flag-verbs,unset-flag,observed,flag-evidence,wake,watch-log}.test.ts",
      "test/providers/{deploy,gate}/*.test.ts",
    ],
  },
  {
    name: "rules",
    mutate: ["components/config/", "components/config/rules/"],
    tests: [
      "test/config/{load-stack-config,wrong-configs,words,shipped-config,hidden-signs,gate-checks,resolved,refusals,names}.test.ts",
    ],
  },
  {
    name: "changes",
    mutate: ["cli/changes/", "cli/drift/", "cli/rollback/"],
    tests: [
      "test/cli/{changes,review,drift,rollback,rollback-parts,instructions,see-services,schema-line,because,shown-is-run}.test.ts",
    ],
  },
];
