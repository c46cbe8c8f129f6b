import { z } from "zod";

import { page, paging, repeated } from "../api/query";
import { notFound } from "../api/refusal";
import { ok, route } from "../api/route";
import type { Owner } from "../state/world";

const query = z.strictObject({ ...paging, name: repeated.optional(), email: repeated.optional() });

export const ownerRoutes = [
  route("GET /v1/users", {}, ({ world }) => ok({ email: world.owner.email, name: world.owner.name })),

  route("GET /v1/owners", { query }, ({ world, query: asked }) => {
    const { owner } = world;
    const wanted = (asked.name?.includes(owner.name) ?? true) && (asked.email?.includes(owner.email) ?? true);
    return ok(page(wanted ? [owner] : [], asked, "owner", ownerJson));
  }),

  route("GET /v1/owners/{ownerId}", {}, ({ world, params }) => {
    if (params["ownerId"] !== world.owner.id) throw notFound(params["ownerId"] ?? "");
    return ok(ownerJson(world.owner));
  }),
];

export function ownerJson({ id, name, email, type }: Owner) {
  return { id, name, email, type };
}
