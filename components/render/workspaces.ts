import { type Api, type CallOptions } from "./api";
import { readAll } from "./paging";
import {
  blueprintSchema,
  environmentSchema,
  ownerSchema,
  type Blueprint,
  type Environment,
  type Owner,
} from "./types";

/**
 * listOwners       GET /owners
 * listBlueprints   GET /blueprints
 * getBlueprint     GET /blueprints/{blueprintId}
 * getEnvironment   GET /environments/{environmentId}
 */
export interface WorkspacesApi {
  /** The workspaces that the API key can see; names are sent as a repeated parameter. @source API reference, "List workspaces". */
  listOwners(filter?: { name?: readonly string[] }, options?: CallOptions): Promise<Owner[]>;
  /** Without their resources: those come with one Blueprint. @source API reference, "List Blueprints". */
  listBlueprints(filter?: { ownerId?: string | undefined }, options?: CallOptions): Promise<Blueprint[]>;
  /** A Blueprint with the resources that it manages. @source API reference, "Retrieve Blueprint". */
  getBlueprint(blueprintId: string, options?: CallOptions): Promise<Blueprint>;
  /** A project's environment, with its `protectedStatus`. @source API reference, "Retrieve environment". */
  getEnvironment(environmentId: string, options?: CallOptions): Promise<Environment>;
}

export function workspacesApi(api: Api): WorkspacesApi {
  return {
    listOwners: ({ name } = {}, options) =>
      readAll(api, { route: "/owners", query: { name }, wrapper: "owner", schema: ownerSchema }, options),

    listBlueprints: (filter = {}, options) =>
      readAll(
        api,
        {
          route: "/blueprints",
          query: { ownerId: filter.ownerId },
          wrapper: "blueprint",
          schema: blueprintSchema,
        },
        options,
      ),

    async getBlueprint(blueprintId, options) {
      const route = "/blueprints/{blueprintId}";
      const reply = await api.send(
        { method: "GET", route, params: { blueprintId }, bucket: "reads" },
        options,
      );
      return reply.read(blueprintSchema);
    },

    async getEnvironment(environmentId, options) {
      const route = "/environments/{environmentId}";
      const reply = await api.send(
        { method: "GET", route, params: { environmentId }, bucket: "reads" },
        options,
      );
      return reply.read(environmentSchema);
    },
  };
}
