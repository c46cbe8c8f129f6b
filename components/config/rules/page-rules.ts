import { describe, listNames, nearest } from "../found";
import type { Finding, Path } from "../problem";
import type { Draft } from "../schema-problems";
import type { WrittenConfig } from "../schema/config-schema";
import { entriesOf } from "./entries";
import type { Rule } from "./rule";

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

function serviceExists(id: string, { service }: WrittenPage, { names: { services } }: Draft): Finding[] {
  if (services.length === 0 || services.includes(service)) return [];
  const path = ["pages", id, "service"];
  const allowed = listNames(services, "");
  return [
    { code: "unknown-service", path, found: describe(service), allowed, nearest: nearest(service, services) },
  ];
}

function flagsExist(id: string, page: WrittenPage, { names: { flags } }: Draft): Finding[] {
  return (["whenOn", "whenOff"] as const).flatMap((when) =>
    Object.keys(page[when] ?? {}).flatMap((key): Finding[] => {
      if (flags.includes(key)) return [];
      const path = ["pages", id, when, key];
      const allowed = listNames(flags, "nothing, as there are no flags");
      return [
        {
          ...{ code: "unknown-flag", path, at: "key", found: describe(key) },
          ...{ allowed, nearest: nearest(key, flags) },
        },
      ];
    }),
  );
}

/** The same thing visible and hidden at once would keep every gate shut. */
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
