import type { StoredResource } from "./port";

/** The resources of a deployment as Pulumi exports it, or keeps it in a checkpoint; none where there is nothing yet. */
export function readResources(deployment: unknown): StoredResource[] {
  const { resources } = (deployment ?? {}) as { resources?: CheckpointResource[] };
  return (resources ?? []).map(({ urn, type, inputs, outputs }) => ({
    kind: type.split(":").at(-1) ?? type,
    name: urn.split("::").at(-1) ?? urn,
    inputs: inputs ?? {},
    outputs: outputs ?? {},
  }));
}

interface CheckpointResource {
  urn: string;
  type: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}
