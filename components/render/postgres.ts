import type { Api, CallOptions } from "./api";
import { readAll } from "./paging";
import { postgresSchema, recoverySchema, type Postgres, type Recovery } from "./types";

/**
 * listPostgres   GET /postgres
 * getRecovery    GET /postgres/{postgresId}/recovery
 *
 * Connection strings have an endpoint of their own; it is left out on purpose.
 */
export interface PostgresApi {
  /** @source API reference, "List Postgres instances". */
  listPostgres(
    filter?: { name?: string | undefined; ownerId?: string | undefined },
    options?: CallOptions,
  ): Promise<Postgres[]>;
  /** From when on the database can be restored to a moment. @source API reference, "Retrieve point-in-time recovery status". */
  getRecovery(postgresId: string, options?: CallOptions): Promise<Recovery>;
}

export function postgresApi(api: Api): PostgresApi {
  return {
    listPostgres: ({ name, ownerId } = {}, options) =>
      readAll(
        api,
        { route: "/postgres", query: { name, ownerId }, wrapper: "postgres", schema: postgresSchema },
        options,
      ),

    async getRecovery(postgresId, options) {
      const route = "/postgres/{postgresId}/recovery";
      const reply = await api.send(
        { method: "GET", route, params: { postgresId }, bucket: "reads" },
        options,
      );
      return reply.read(recoverySchema);
    },
  };
}
