import { z } from "zod";

import type { Api, CallOptions } from "./api";
import { isStatus } from "./errors";
import { readAll } from "./paging";
import { envVarSchema, type EnvVar } from "./types";

/**
 * listEnvVars   GET /services/{serviceId}/env-vars
 * getEnvVar     GET /services/{serviceId}/env-vars/{envVarKey}
 * putEnvVar     PUT /services/{serviceId}/env-vars/{envVarKey}
 *
 * There is no PUT of the list, on purpose: it replaces all variables, those that we do not manage with them.
 */
export interface EnvVarsApi {
  /** All variables of the service itself, without those of linked groups. @source API reference, "List environment variables". */
  listEnvVars(serviceId: string, options?: CallOptions): Promise<EnvVar[]>;
  /** One variable, or undefined where there is none. @source API reference, "Retrieve environment variable". */
  getEnvVar(serviceId: string, key: string, options?: CallOptions): Promise<EnvVar | undefined>;
  /**
   * Sets one variable and leaves the others alone. It deploys nothing.
   * @throws RenderError RENDER_UNREADABLE when what answered 2xx does not name the variable, as Render does: then it is
   * not known whether it was written.
   * @source API reference, "Add or update environment variable".
   */
  putEnvVar(serviceId: string, key: string, value: string, options?: CallOptions): Promise<void>;
}

export function envVarsApi(api: Api): EnvVarsApi {
  const one = "/services/{serviceId}/env-vars/{envVarKey}";
  const confidential = true;
  return {
    listEnvVars: (serviceId, options) =>
      readAll(
        api,
        {
          route: "/services/{serviceId}/env-vars",
          params: { serviceId },
          wrapper: "envVar",
          schema: envVarSchema,
          confidential,
        },
        options,
      ),

    async getEnvVar(serviceId, key, options) {
      const params = { serviceId, envVarKey: key };
      try {
        const reply = await api.send(
          { method: "GET", route: one, params, bucket: "reads", confidential },
          options,
        );
        return reply.read(envVarSchema);
      } catch (error) {
        if (isStatus(error, 404)) return undefined;
        throw error;
      }
    },

    async putEnvVar(serviceId, key, value, options) {
      const params = { serviceId, envVarKey: key };
      const reply = await api.send(
        { method: "PUT", route: one, params, body: { value }, bucket: "writes", confidential },
        options,
      );
      // A 2xx alone is what any page on the way says as well.
      reply.read(envVarSchema.extend({ key: z.literal(key) }));
    },
  };
}
