import { z } from "zod";

import { commaList, page, paging } from "../api/query";
import { notFound } from "../api/refusal";
import { ok, route } from "../api/route";
import { formatTime } from "../clock";
import type { Environment, Project, World } from "../state/world";
import { ownerJson } from "./owners";

const projectQuery = z.strictObject({ ...paging, name: commaList.optional(), ownerId: commaList.optional() });
const environmentQuery = z.strictObject({
  ...paging,
  projectId: commaList,
  name: commaList.optional(),
  ownerId: commaList.optional(),
});

export const projectRoutes = [
  route("GET /v1/projects", { query: projectQuery }, ({ world, query }) => {
    const rows = world.projects.filter(({ name }) => {
      return (query.name?.includes(name) ?? true) && (query.ownerId?.includes(world.owner.id) ?? true);
    });
    return ok(page(rows, query, "project", (project) => projectJson(world, project)));
  }),

  route("GET /v1/projects/{projectId}", {}, ({ world, params }) => {
    const found = world.projects.find(({ id }) => id === params["projectId"]);
    if (found === undefined) throw notFound(params["projectId"] ?? "");
    return ok(projectJson(world, found));
  }),

  route("GET /v1/environments", { query: environmentQuery }, ({ world, query }) => {
    const rows = allEnvironments(world).filter(({ name, projectId }) => {
      return query.projectId.includes(projectId) && (query.name?.includes(name) ?? true);
    });
    return ok(page(rows, query, "environment", environmentJson));
  }),

  route("GET /v1/environments/{environmentId}", {}, ({ world, params }) => {
    const found = allEnvironments(world).find(({ id }) => id === params["environmentId"]);
    if (found === undefined) throw notFound(params["environmentId"] ?? "");
    return ok(environmentJson(found));
  }),
];

function allEnvironments(world: World): Environment[] {
  return world.projects.flatMap(({ environments }) => environments);
}

function projectJson(world: World, { id, name, createdAt, environments }: Project) {
  const at = formatTime(createdAt);
  return {
    id,
    name,
    createdAt: at,
    updatedAt: at,
    owner: ownerJson(world.owner),
    environmentIds: environments.map((one) => one.id),
  };
}

function environmentJson({ id, name, projectId, protectedStatus, serviceIds }: Environment) {
  return {
    id,
    name,
    projectId,
    databasesIds: [],
    redisIds: [],
    serviceIds,
    envGroupIds: [],
    protectedStatus,
    networkIsolationEnabled: false,
  };
}
