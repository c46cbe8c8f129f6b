import type { ResourceState } from "./resource-state";

/** What a state file holds. @source sdk/go/common/apitype, CheckpointV3 and DeploymentV3 */
export interface CheckpointFile {
  version: 3;
  checkpoint: Checkpoint;
}

export interface Checkpoint {
  stack: string;
  /** Absent until something was deployed. */
  latest?: StoredDeployment;
}

/** A stack's state at rest: in resources and operations, secrets are encrypted. */
export interface StoredDeployment {
  manifest: { time: string; magic: string; version: string };
  secrets_providers?: { type: string; state?: { salt: string } };
  resources?: StoredResource[];
  pending_operations?: StoredOperation[];
  metadata: Record<string, unknown>;
}

/** A resource at rest: as in memory, without what is empty. */
export type StoredResource = Omit<ResourceState, "inputs" | "outputs"> &
  Partial<Pick<ResourceState, "inputs" | "outputs">>;

export interface StoredOperation {
  resource: StoredResource;
  type: OperationType;
}

/** An operation that was begun; one that is found later was interrupted. */
export type OperationType = "creating" | "updating" | "deleting" | "reading" | "importing";
