import { describe } from "../found";
import type { Finding, Path } from "../problem";
import type { WrittenConfig } from "../schema/config-schema";
import { unknownName } from "./unknown-name";
import { entriesOf, type Draft, type Rule } from "../draft";

type WrittenPage = NonNullable<WrittenConfig["pages"]>[string];

export const pageRules: Rule[] = [
  eachPage(serviceExists),
  eachPage(flagsExist),
  eachPage(nothingIsVisibleAndHidden),
  pagesAreFew,
];

/** Each takes seconds of every gate, and a share of its evidence. */
const MOST_PAGES = 10;

function eachPage(check: (id: string, page: WrittenPage, draft: Draft) => Finding[]): Rule {
  return (draft) => entriesOf(draft.values.pages).flatMap(([id, page]) => check(id, page, draft));
}

function serviceExists(id: string, { service }: WrittenPage, draft: Draft): Finding[] {
  return unknownName("services", ["pages", id, "service"], service, draft);
}

function flagsExist(id: string, page: WrittenPage, draft: Draft): Finding[] {
  return (["whenOn", "whenOff"] as const).flatMap((when) =>
    Object.keys(page[when] ?? {}).flatMap((key) =>
      unknownName("flags", ["pages", id, when, key], key, draft, "key"),
    ),
  );
}

/** A thing that has to be visible and hidden at once would keep every gate shut. */
function nothingIsVisibleAndHidden(id: string, page: WrittenPage): Finding[] {
  const perFlag = (["whenOn", "whenOff"] as const).flatMap((when) =>
    entriesOf(page[when]).map(([key, seen]) => ({ path: ["pages", id, when, key] as Path, seen })),
  );
  return [{ path: ["pages", id] as Path, seen: page }, ...perFlag].flatMap(({ path, seen }) => {
    const visible = [...(page.visible ?? []), ...(seen.visible ?? [])];
    return (seen.hidden ?? []).flatMap((selector, index): Finding[] =>
      visible.includes(selector)
        ? [
            {
              ...{ code: "visible-and-hidden", path: [...path, "hidden", index] },
              ...{ found: describe(selector), allowed: "a selector that is not among visible" },
            },
          ]
        : [],
    );
  });
}

function pagesAreFew({ values: { pages } }: Draft): Finding[] {
  const all = entriesOf(pages);
  const extra = all[MOST_PAGES];
  if (extra === undefined) return [];
  const found = `${all.length} pages`;
  const allowed = `${MOST_PAGES} at most: choose those that every visitor comes to`;
  return [{ code: "too-many-pages", path: ["pages", extra[0]], at: "key", found, allowed }];
}
