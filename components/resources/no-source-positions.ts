import * as pulumi from "@pulumi/pulumi";

/**
 * Pulumi's SDK records of each resource where in the code it was made: sixteen frames, the same for every flag, and the
 * operator's own paths among them. That is a kilobyte of state a flag and a twentieth of a preview's time. An SDK without
 * this method records what it likes; nothing else depends on it.
 * @source pulumi/sdk `resource.ts`, `Resource.stackTrace`.
 */
export function leaveOutSourcePositions(): void {
  const sdk = pulumi.Resource as unknown as { stackTrace?: unknown };
  if (typeof sdk.stackTrace === "function") sdk.stackTrace = () => [];
}
