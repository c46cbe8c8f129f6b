import { createHash } from "node:crypto";
import { CommandError } from "../errors";
import { openSalt, requirePassphrase, type Crypter } from "../secrets/passphrase";
import type { PropertyMap, PropertyValue } from "../values/property-value";
import { engineVersion } from "../version";
import type { OperationType, StoredDeployment, StoredOperation, StoredResource } from "./checkpoint-file";
import type { ResourceState } from "./resource-state";
import { fromStored, storedMap, type SecretForm } from "./stored-values";

/** A stack's state in memory: secrets in clear, but marked. */
export interface StackState {
  resources: readonly ResourceState[];
  pendingOperations: readonly PendingOperation[];
}

export const emptyState: StackState = { resources: [], pendingOperations: [] };

export interface PendingOperation {
  resource: ResourceState;
  type: OperationType;
}

/** Reads a deployment.
 *  @throws CommandError when it holds secrets of another kind than a passphrase's, or the passphrase is wrong. */
export async function readState(deployment: StoredDeployment | undefined): Promise<StackState> {
  const crypter = await openDeployment(deployment);
  return {
    resources: (deployment?.resources ?? []).map((resource) => fromStoredResource(resource, crypter)),
    pendingOperations: (deployment?.pending_operations ?? []).map(({ resource, type }) => ({
      resource: fromStoredResource(resource, crypter),
      type,
    })),
  };
}

/** Turns states into deployments, again and again during an update; a resource is encrypted once. */
export class StateWriter {
  private readonly stored = new WeakMap<ResourceState, StoredResource>();

  /** @param salt the stack's encryption salt; secrets cannot be stored without one. */
  constructor(
    private readonly salt: string | undefined,
    private readonly form: SecretForm,
  ) {}

  write(state: StackState): StoredDeployment {
    const operations = state.pendingOperations.map(({ resource, type }): StoredOperation => ({
      resource: this.writeResource(resource),
      type,
    }));
    return {
      manifest: newManifest(),
      ...(this.salt === undefined
        ? {}
        : { secrets_providers: { type: "passphrase", state: { salt: this.salt } } }),
      ...(state.resources.length === 0
        ? {}
        : { resources: state.resources.map((resource) => this.writeResource(resource)) }),
      ...(operations.length === 0 ? {} : { pending_operations: operations }),
      metadata: {},
    };
  }

  private writeResource(resource: ResourceState): StoredResource {
    const known = this.stored.get(resource);
    if (known !== undefined) return known;
    const written = withoutEmpty({
      ...resource,
      inputs: storedMap(resource.inputs, this.form),
      outputs: storedMap(resource.outputs, this.form),
    });
    this.stored.set(resource, written);
    return written;
  }
}

function newManifest(): StoredDeployment["manifest"] {
  return {
    time: new Date().toISOString(),
    magic: createHash("sha256").update(engineVersion).digest("hex"),
    version: engineVersion,
  };
}

async function openDeployment(deployment: StoredDeployment | undefined): Promise<() => Crypter> {
  const provider = deployment?.secrets_providers;
  if (provider !== undefined && provider.type !== "passphrase") {
    throw new CommandError(
      `embedded engine: only the passphrase secrets provider is supported, not ${provider.type}`,
    );
  }
  const salt = provider?.state?.salt;
  const crypter =
    salt !== undefined && JSON.stringify(deployment).includes('"ciphertext"')
      ? await openSalt(salt, requirePassphrase())
      : undefined;
  return () => {
    if (crypter === undefined) throw new CommandError("the state holds secrets, but no secrets provider");
    return crypter;
  };
}

function fromStoredResource(resource: StoredResource, crypter: () => Crypter): ResourceState {
  const read = (map: PropertyMap | undefined): PropertyMap => fromStored(map ?? {}, crypter) as PropertyMap;
  return { ...resource, inputs: read(resource.inputs), outputs: read(resource.outputs) };
}

/** Pulumi leaves empty fields out, but always says `custom`. */
export function withoutEmpty(resource: ResourceState): StoredResource {
  const entries = Object.entries(resource).filter(
    ([key, value]) => key === "custom" || !isEmpty(value as PropertyValue),
  );
  return Object.fromEntries(entries) as unknown as StoredResource;
}

function isEmpty(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}
