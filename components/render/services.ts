import { closest } from "fastest-levenshtein";

import { RolloutError } from "../errors";
import type { Api, CallOptions } from "./api";
import { PAGE_LIMIT, readAll, readPage } from "./paging";
import { serviceSchema, type Service } from "./types";

export interface ServiceFilter {
  name?: string | undefined;
  ownerId?: string | undefined;
  type?: string | undefined;
}

/**
 * listServices   GET /services
 * firstServices  GET /services, one page
 * findService    GET /services?name=…&ownerId=…
 * getService     GET /services/{serviceId}
 */
export interface ServicesApi {
  /** Render does not say whether `name` must match wholly: compare it. @source API reference, "List services". */
  listServices(filter?: ServiceFilter, options?: CallOptions): Promise<Service[]>;
  /** The first hundred; `complete` where there are no more. @source API reference, "List services". */
  firstServices(
    filter?: ServiceFilter,
    options?: CallOptions,
  ): Promise<{ services: Service[]; complete: boolean }>;
  /**
   * The one service of exactly this name.
   * @throws RolloutError SERVICE_NOT_FOUND with the nearest name and all there are; SERVICE_AMBIGUOUS with their ids.
   * @source API reference, "List services".
   */
  findService(ref: { name: string; ownerId?: string | undefined }, options?: CallOptions): Promise<Service>;
  /** @source API reference, "Retrieve service". */
  getService(serviceId: string, options?: CallOptions): Promise<Service>;
}

export function servicesApi(api: Api): ServicesApi {
  const list = { route: "/services", wrapper: "service", schema: serviceSchema };

  return {
    listServices: ({ name, ownerId, type } = {}, options) =>
      readAll(api, { ...list, query: { name, ownerId, type } }, options),

    async firstServices({ name, ownerId, type } = {}, options) {
      const query = { name, ownerId, type, limit: PAGE_LIMIT };
      const rows = await readPage(api, { ...list, query }, options);
      return { services: rows.map(({ item }) => item), complete: rows.length < PAGE_LIMIT };
    },

    async findService({ name, ownerId }, options) {
      const call = api.running(options);
      const is = (service: Service) =>
        service.name === name && (ownerId === undefined || service.ownerId === ownerId);
      // A short page that holds the service is enough: one read, and previews look up every service.
      const services = await readAll(
        api,
        { ...list, query: { name, ownerId } },
        call,
        (items, lastPage) => items.some(is) && lastPage.length < PAGE_LIMIT,
      );
      const found = services.filter(is);
      const [service] = found;
      if (service === undefined) {
        throw notFound(name, ownerId, await readAll(api, { ...list, query: { ownerId } }, call));
      }
      if (found.length > 1) throw ambiguous(name, found);
      return service;
    },

    async getService(serviceId, options) {
      const route = "/services/{serviceId}";
      const reply = await api.send({ method: "GET", route, params: { serviceId }, bucket: "reads" }, options);
      return reply.read(serviceSchema);
    },
  };
}

const SHOWN = 20;

function notFound(name: string, ownerId: string | undefined, all: readonly Service[]): RolloutError {
  const where = ownerId === undefined ? "that the API key can see" : `in workspace ${ownerId}`;
  const names = all.map((service) => service.name).sort();
  const listed =
    names.length > SHOWN
      ? `${names.slice(0, SHOWN).join(", ")} and ${names.length - SHOWN} more`
      : names.join(", ");
  const hint =
    names.length === 0 ? "There are none." : `Nearest name: "${closest(name, names)}". There are: ${listed}.`;
  return new RolloutError(
    "SERVICE_NOT_FOUND",
    `No service ${where} is called "${name}". ${hint} Correct the name, or the workspace, or give the service's id (srv-…) in config.`,
  );
}

function ambiguous(name: string, found: readonly Service[]): RolloutError {
  const listed = found.map(({ id, type, ownerId }) => `${id} (${type}, workspace ${ownerId})`).join(", ");
  return new RolloutError(
    "SERVICE_AMBIGUOUS",
    `${found.length} services are called "${name}": ${listed}. Name the workspace, or give the service's id in config.`,
  );
}
