import type { Api, CallOptions } from "./api";
import { isTerminal } from "./deploy-status";
import { isStatus } from "./errors";
import { readPage } from "./paging";
import { deploySchema, type Deploy } from "./types";

/** How a deploy is made without shipping new code; Render refuses the two together. `{}` ships the branch's tip. */
export type CreateDeployBody =
  { deployMode: "deploy_only" } | { commitId: string } | { imageUrl: string } | Record<string, never>;

/** `queued`: accepted without an id (202); look it up with `findQueuedDeploy`. */
export type CreatedDeploy = { kind: "created"; deploy: Deploy } | { kind: "queued" };

/** `already-finished`: there was nothing left to cancel. The status may still be the one of just before. */
export interface CancelledDeploy {
  kind: "cancelled" | "already-finished";
  deploy: Deploy;
}

export interface DeployFilter {
  /** 1 to 100, 20 by default. */
  limit?: number;
  status?: readonly string[];
  createdAfter?: Date | string;
  createdBefore?: Date | string;
}

/**
 * listDeploys    GET  /services/{serviceId}/deploys
 * getDeploy      GET  /services/{serviceId}/deploys/{deployId}
 * createDeploy   POST /services/{serviceId}/deploys
 * cancelDeploy   POST /services/{serviceId}/deploys/{deployId}/cancel
 */
export interface DeploysApi {
  /** One page, newest first by `createdAt`. @source API reference, "List deploys". */
  listDeploys(serviceId: string, filter?: DeployFilter, options?: CallOptions): Promise<Deploy[]>;
  /** @source API reference, "Retrieve deploy". */
  getDeploy(serviceId: string, deployId: string, options?: CallOptions): Promise<Deploy>;
  /**
   * Starts a deploy, once: it is never repeated when Render may have executed it.
   * @throws RenderError RENDER_ANSWER_LOST when it may have been: look it up before anything else.
   * @source API reference, "Create deploy": 201 with the deploy, or 202 with nothing.
   */
  createDeploy(serviceId: string, body: CreateDeployBody, options?: CallOptions): Promise<CreatedDeploy>;
  /** @source API reference, "Cancel deploy". */
  cancelDeploy(serviceId: string, deployId: string, options?: CallOptions): Promise<CancelledDeploy>;
}

export function deploysApi(api: Api): DeploysApi {
  const list = "/services/{serviceId}/deploys";

  const deploysApi: DeploysApi = {
    async listDeploys(serviceId, filter = {}, options) {
      const query = { limit: 20, ...filter };
      const page = { route: list, params: { serviceId }, query, wrapper: "deploy", schema: deploySchema };
      const rows = await readPage(api, page, options);
      return rows.map(({ item }) => item).sort(newestFirst);
    },

    async getDeploy(serviceId, deployId, options) {
      const route = `${list}/{deployId}`;
      const reply = await api.send(
        { method: "GET", route, params: { serviceId, deployId }, bucket: "reads" },
        options,
      );
      return reply.read(deploySchema);
    },

    async createDeploy(serviceId, body, options) {
      const bucket = `service:${serviceId}` as const;
      const reply = await api.send(
        { method: "POST", route: list, params: { serviceId }, body, bucket, once: true },
        options,
      );
      return reply.empty ? { kind: "queued" } : { kind: "created", deploy: reply.read(deploySchema) };
    },

    async cancelDeploy(serviceId, deployId, options) {
      const route = `${list}/{deployId}/cancel`;
      try {
        const reply = await api.send(
          { method: "POST", route, params: { serviceId, deployId }, bucket: "writes" },
          options,
        );
        return { kind: "cancelled", deploy: reply.read(deploySchema) };
      } catch (error) {
        if (!isStatus(error, 400, 404, 409, 410)) throw error;
        // Render refuses to cancel what has ended, and what is not there: only the deploy itself tells which.
        const deploy = await deploysApi.getDeploy(serviceId, deployId, options).catch(() => undefined);
        if (deploy === undefined || !isTerminal(deploy.status)) throw error;
        return { kind: "already-finished", deploy };
      }
    },
  };
  return deploysApi;
}

function newestFirst(a: Deploy, b: Deploy): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt);
}
