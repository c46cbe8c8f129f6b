import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import type { QuickService } from "./quick-render";

const ROOT = join(__dirname, "..", "..");
const PROJECT = "rollout-bench";
export const STACK = "bench";

export interface BenchProject {
  directory: string;
  /** Writes the stack's config, by key without the namespace. */
  configure(config: Record<string, unknown>): void;
  remove(): void;
}

/** Ours: today's program, with a catalogue of nothing but services and flags. */
export function createRolloutProject(services: readonly QuickService[]): BenchProject {
  const parts = ["index.ts", "components", "cli", "package.json", "tsconfig.json"];
  const catalogue = {
    services: Object.fromEntries(
      services.map(({ name, type }) => {
        const healthPath = type === "web_service" ? "health" : "";
        return [name, { kind: type, healthPath: `/${healthPath}`, reports: "/flags" }];
      }),
    ),
    flags: Object.fromEntries(
      services.flatMap(({ name, flags }) =>
        flags.map((key) => [key, { service: name, phase: "api", purpose: `Part ${key}` }]),
      ),
    ),
  };
  const { runtime } = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")) as { runtime: unknown };
  return createProject(parts, runtime, catalogue);
}

/** The floor: as many resources whose provider does nothing, on the same runtime, types not checked either. */
export function createFloorProject(resources: number): BenchProject {
  const project = createProject(["package.json"], "nodejs", {});
  const compilerOptions = {
    target: "es2023",
    module: "node20",
    strict: true,
    esModuleInterop: true,
    skipLibCheck: true,
  };
  const tsconfig = { compilerOptions, "ts-node": { transpileOnly: true } };
  writeFileSync(join(project.directory, "tsconfig.json"), JSON.stringify(tsconfig));
  writeFileSync(join(project.directory, "index.ts"), floorProgram(resources));
  return project;
}

function floorProgram(resources: number): string {
  return `import * as pulumi from "@pulumi/pulumi";

const provider: pulumi.dynamic.ResourceProvider = {
  check: (_olds, news) => Promise.resolve({ inputs: news }),
  diff: () => Promise.resolve({ changes: false }),
  create: (inputs) => Promise.resolve({ id: inputs.name, outs: inputs }),
};

class Trivial extends pulumi.dynamic.Resource {
  constructor(name: string) {
    super(provider, name, { name });
  }
}

for (let index = 0; index < ${resources}; index += 1) new Trivial(\`trivial-\${index}\`);
`;
}

function createProject(
  parts: readonly string[],
  runtime: unknown,
  catalogue: Record<string, unknown>,
): BenchProject {
  const directory = mkdtempSync(join(tmpdir(), "rollout-bench-"));
  for (const part of parts) cpSync(join(ROOT, part), join(directory, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"), "junction");
  mkdirSync(join(directory, "state"));
  const config = Object.fromEntries(Object.entries(catalogue).map(([key, value]) => [key, { value }]));
  const file = stringify({ name: PROJECT, runtime, config }, { lineWidth: 0, aliasDuplicateObjects: false });
  writeFileSync(join(directory, "Pulumi.yaml"), file);
  return {
    directory,
    configure: (values) => {
      const entries = Object.entries(values).map(([key, value]) => [`${PROJECT}:${key}`, value]);
      const text = stringify({ config: Object.fromEntries(entries) as unknown }, { lineWidth: 0 });
      writeFileSync(join(directory, `Pulumi.${STACK}.yaml`), text);
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Bytes of the stack's checkpoint. */
export function stateBytes(directory: string): number {
  return statSync(join(directory, "state", ".pulumi", "stacks", PROJECT, `${STACK}.json`)).size;
}
