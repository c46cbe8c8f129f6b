import { z } from "zod";

import type { Api, ApiRequest, Running } from "./api";
import { RenderError } from "./errors";

/** Render's greatest page. */
export const PAGE_LIMIT = 100;
/** 5 000 rows: more than any list of ours, and an end to a list that would have none. */
const MAX_PAGES = 50;
/** A server that gives less a page than it is asked for gives a round number: 20, 25, 50. */
const ROUND = 5;

interface Row<T> {
  cursor: string | undefined;
  item: T;
}

export interface PageRequest<T> extends Pick<ApiRequest, "route" | "params" | "query" | "confidential"> {
  /** The name under which a row wraps its resource: `{"cursor": …, "envVar": {…}}`. */
  wrapper: string;
  schema: z.ZodType<T>;
}

/** One page as it comes, by Render's order. */
export async function readPage<T>(api: Api, request: PageRequest<T>, options?: Running): Promise<Row<T>[]> {
  const { wrapper, schema, ...rest } = request;
  const reply = await api.send({ ...rest, method: "GET", bucket: "reads" }, options);
  return reply.read(pageOf(wrapper, schema));
}

/**
 * All rows of a list: pages are read until one that is shorter than asked for, by a number that is no server's page.
 * See docs/decisions/the-end-of-a-list.md.
 * @param enough looked at after each page; true stops early.
 * @throws RenderError RENDER_UNREADABLE when the list does not end.
 * @source API reference, "Pagination".
 */
export async function readAll<T>(
  api: Api,
  request: PageRequest<T>,
  options?: Running,
  enough: (items: readonly T[], lastPage: readonly T[]) => boolean = () => false,
): Promise<T[]> {
  const call = api.running(options);
  const items: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { ...request.query, limit: PAGE_LIMIT, cursor };
    const rows = await readPage(api, { ...request, query }, call);
    const found = rows.map(({ item }) => item);
    items.push(...found);
    const next = rows.at(-1)?.cursor;
    if (next === undefined || isLast(rows.length) || enough(items, found)) return items;
    if (next === cursor) throw endless(request, "the same cursor came twice");
    cursor = next;
  }
  throw endless(request, `there was no end after ${MAX_PAGES} pages`);
}

function isLast(rows: number): boolean {
  return rows < PAGE_LIMIT && rows % ROUND !== 0;
}

function pageOf<T>(wrapper: string, schema: z.ZodType<T>): z.ZodType<Row<T>[]> {
  const row = z.object({ cursor: z.string().nullish(), [wrapper]: schema });
  return z.array(
    row.transform((value: Record<string, unknown>) => ({
      cursor: (value["cursor"] ?? undefined) as string | undefined,
      item: value[wrapper] as T,
    })),
  );
}

function endless({ route }: { route: string }, why: string): RenderError {
  return new RenderError({
    code: "RENDER_UNREADABLE",
    message: `Render's list at GET ${route} does not end: ${why}. Nothing was changed; run the same command again.`,
    method: "GET",
    route,
  });
}
