import { deployVerbs } from "../../components/providers/deploy/deploy";
import { featureFlagVerbs } from "../../components/providers/feature-flag";
import type { Verbs } from "../../components/providers/verbs";
import type { FakeWorld } from "./fake-context";
import type { ModelResource } from "./model-engine";

const KEYS = ["ENABLE_A", "ENABLE_B"];

/** Two flags of a service and their deploy, as the program declares them. */
export function flagsAndDeploy(world: FakeWorld, value: "true" | "false"): ModelResource[] {
  const flags = featureFlagVerbs(world.context) as unknown as Verbs;
  const deploy = deployVerbs(world.context) as unknown as Verbs;
  return [
    ...KEYS.map((key) => ({
      name: key,
      verbs: flags,
      inputs: () => ({ renderName: "backend", key, value }),
    })),
    {
      name: "deploy",
      verbs: deploy,
      inputs: (outputs) => ({
        renderName: "backend",
        healthPath: "/health",
        // The service reports nothing: what was not seen must not be guessed either.
        expects: Object.fromEntries(KEYS.map((key) => [key, value])),
        revisions: Object.fromEntries(KEYS.map((key) => [key, outputs.get(key)?.["revision"]])),
        timeoutSeconds: 600,
      }),
    },
  ];
}

/** What the live deploy runs with. */
export function runsWith(world: FakeWorld): Record<string, string> {
  const { liveEnv } = world.services.get("srv-backend")!;
  return Object.fromEntries(KEYS.map((key) => [key, liveEnv.get(key) ?? "false"]));
}

export const allKeys = (value: string) => Object.fromEntries(KEYS.map((key) => [key, value]));
