import { z } from "zod";

import { commaList, page, paging } from "../api/query";
import { notFound } from "../api/refusal";
import { ok, route } from "../api/route";
import { formatTime } from "../clock";
import type { Blueprint } from "../state/world";

const query = z.strictObject({ ...paging, ownerId: commaList.optional() });

export const blueprintRoutes = [
  route("GET /v1/blueprints", { query }, ({ world, query: asked }) => {
    const rows = (asked.ownerId?.includes(world.owner.id) ?? true) ? world.blueprints : [];
    return ok(page(rows, asked, "blueprint", blueprintJson));
  }),

  route("GET /v1/blueprints/{blueprintId}", {}, ({ world, params }) => {
    const found = world.blueprints.find(({ id }) => id === params["blueprintId"]);
    if (found === undefined) throw notFound(params["blueprintId"] ?? "");
    return ok({
      ...blueprintJson(found),
      resources: found.services.map(({ id, spec }) => ({ id, name: spec.name, type: spec.type })),
    });
  }),
];

function blueprintJson({ id, name, status, autoSync, lastSync }: Blueprint) {
  const repo = `https://github.com/example/${name}`;
  return {
    id,
    name,
    status,
    autoSync,
    repo,
    branch: "main",
    path: "render.yaml",
    lastSync: formatTime(lastSync),
  };
}
