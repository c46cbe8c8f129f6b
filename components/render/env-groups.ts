import { z } from "zod";

import type { Api, CallOptions } from "./api";
import { PAGE_LIMIT } from "./paging";
import { envGroupMetaSchema, envGroupSchema, type EnvGroup, type EnvGroupMeta } from "./types";

/**
 * listEnvGroups   GET /env-groups
 * getEnvGroup     GET /env-groups/{envGroupId}
 *
 * A service's own variable wins over a group's. Groups are never written: they belong to several services.
 */
export interface EnvGroupsApi {
  /** Which groups there are and which services they are linked to: the first hundred, as rows come without cursors. @source API reference, "List environment groups". */
  listEnvGroups(filter?: { ownerId?: string | undefined }, options?: CallOptions): Promise<EnvGroupMeta[]>;
  /** A group with its variables. @source API reference, "Retrieve environment group". */
  getEnvGroup(envGroupId: string, options?: CallOptions): Promise<EnvGroup>;
}

export function envGroupsApi(api: Api): EnvGroupsApi {
  return {
    async listEnvGroups({ ownerId } = {}, options) {
      const query = { ownerId, limit: PAGE_LIMIT };
      const reply = await api.send({ method: "GET", route: "/env-groups", query, bucket: "reads" }, options);
      return reply.read(z.array(envGroupMetaSchema));
    },

    async getEnvGroup(envGroupId, options) {
      const route = "/env-groups/{envGroupId}";
      const reply = await api.send(
        { method: "GET", route, params: { envGroupId }, bucket: "reads", confidential: true },
        options,
      );
      return reply.read(envGroupSchema);
    },
  };
}
