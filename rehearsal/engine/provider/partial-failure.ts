import type { ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { fromStruct } from "../values/struct";
import type { PropertyMap } from "../values/property-value";

/** Finds in a failed call's trailer that the resource exists nevertheless.
 *  @source google.rpc.Status, sent by the SDK as `grpc-status-details-bin` */
export function readPartialFailure(
  error: unknown,
): { id: string; outputs: PropertyMap; reasons: string[] } | undefined {
  const [details] = (error as Partial<ServiceError>).metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(details)) return undefined;
  for (const detail of Status.deserializeBinary(details).getDetailsList()) {
    if (detail.getTypeName() !== "pulumirpc.ErrorResourceInitFailed") continue;
    const failed = ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
    return {
      id: failed.getId(),
      outputs: fromStruct(failed.getProperties()),
      reasons: failed.getReasonsList(),
    };
  }
  return undefined;
}
