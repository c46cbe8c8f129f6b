import { looksSecret } from "../../secrets";
import { describe, listNames, nearest } from "../found";
import type { Finding, Path } from "../problem";
import type { WrittenConfig } from "../schema/config-schema";
import { unknownName } from "./unknown-name";
import { entriesOf, type Draft, type Rule } from "../draft";

export const serviceRules: Rule[] = [
  ...(["serviceIds", "serviceUrls", "serviceNames"] as const).map(namesAreOfServices),
  eachService(hasOneHealth),
  eachService(reportsOneWay),
  eachService(reportNamesAreItsFlags),
  renderNamesDiffer,
  idsDiffer,
  ({ values }) =>
    entriesOf(values.serviceUrls).flatMap(([name, url]) => addressProblems(["serviceUrls", name], url)),
  ({ values: { renderApiUrl } }) =>
    renderApiUrl === undefined ? [] : addressProblems(["renderApiUrl"], renderApiUrl),
];

type WrittenService = WrittenConfig["services"][string];

function eachService(check: (name: string, service: WrittenService, draft: Draft) => Finding[]): Rule {
  return (draft) =>
    entriesOf(draft.values.services).flatMap(([name, service]) => check(name, service, draft));
}

/** `health` is `healthPath` with more to say. */
function hasOneHealth(name: string, { healthPath, health }: WrittenService): Finding[] {
  const path = ["services", name, "healthPath"];
  if (healthPath === undefined && health === undefined)
    return [{ code: "missing", path, found: "nothing", allowed: 'a path: "/" and no spaces, "?" or "#"' }];
  if (healthPath === undefined || health === undefined) return [];
  return [
    {
      code: "health-twice",
      path,
      found: describe(healthPath),
      allowed: "nothing beside health, which has a path",
    },
  ];
}

function reportsOneWay(name: string, { reports }: WrittenService): Finding[] {
  if (reports === undefined || typeof reports === "string") return [];
  const path = ["services", name, "reports"];
  const { path: place, none, ...more } = reports;
  if (place === undefined && none === undefined)
    return [
      {
        code: "missing",
        path: [...path, "path"],
        found: "nothing",
        allowed: 'a path, or none: "why it cannot report"',
      },
    ];
  const extra = Object.keys(more)[0] ?? (place === undefined ? undefined : "path");
  if (none === undefined || extra === undefined) return [];
  const allowed = "nothing beside none: a service that cannot report has no report";
  return [
    {
      code: "reports-and-none",
      path: [...path, extra],
      at: "key",
      found: `the key ${describe(extra)}`,
      allowed,
    },
  ];
}

function reportNamesAreItsFlags(
  name: string,
  { reports }: WrittenService,
  { names, values }: Draft,
): Finding[] {
  if (reports === undefined || typeof reports === "string") return [];
  const services = new Map(entriesOf(values.flags).map(([key, { service }]) => [key, service]));
  const own = names.flags.filter((key) => (services.get(key) ?? name) === name);
  return Object.keys(reports.names ?? {}).flatMap((key): Finding[] => {
    if (own.includes(key)) return [];
    const allowed = `flags of ${name}: ${listNames(own, "it has none")}`;
    const path = ["services", name, "reports", "names", key];
    return [
      { code: "unknown-flag", path, at: "key", found: describe(key), allowed, nearest: nearest(key, own) },
    ];
  });
}

function namesAreOfServices(key: "serviceIds" | "serviceUrls" | "serviceNames"): Rule {
  return (draft) =>
    entriesOf(draft.values[key]).flatMap(([name]) =>
      unknownName("services", [key, name], name, draft, "key"),
    );
}

/** Two entries for one service would write its variables twice and deploy it twice. */
function renderNamesDiffer({ names, values }: Draft): Finding[] {
  const renamed = new Map(entriesOf(values.serviceNames));
  const taken = names.services.map((name) => [name, renamed.get(name) ?? name] as const);
  return repeated(taken).map(({ name, value, first }) => {
    const path = renamed.has(name) ? ["serviceNames", name] : ["serviceNames", first];
    return {
      code: "same-service",
      path,
      found: describe(value),
      allowed: `another name than that of ${path[1] === name ? first : name}`,
    };
  });
}

function idsDiffer({ values }: Draft): Finding[] {
  return repeated(entriesOf(values.serviceIds)).map(({ name, value, first }) => {
    const allowed = `another id than that of ${first}`;
    return { code: "same-service", path: ["serviceIds", name], found: describe(value), allowed };
  });
}

function repeated(
  pairs: readonly (readonly [string, string])[],
): { name: string; value: string; first: string }[] {
  return pairs.flatMap(([name, value], index) => {
    const first = pairs.slice(0, index).find(([, other]) => other === value);
    return first === undefined ? [] : [{ name, value, first: first[0] }];
  });
}

/** An address must be one, encrypted on its way, and without anything that looks like a key. */
export function addressProblems(path: Path, text: string): Finding[] {
  const refuse = (code: string, found: string, allowed: string) => [{ code, path, found, allowed }];
  if (!URL.canParse(text)) return refuse("wrong-value", describe(text), 'an address: "https://…"');
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || looksSecret(text)) {
    return refuse(
      "address-credentials",
      "an address with credentials (not shown)",
      "an address without a user and a password",
    );
  }
  if (url.search !== "" || url.hash !== "") {
    return refuse(
      "address-query",
      'an address with "?" or "#" (not shown)',
      'an address that ends before "?" and "#"',
    );
  }
  if (url.protocol === "https:" || LOOPBACK.test(url.hostname)) return [];
  return refuse(
    "address-in-clear",
    describe(text),
    "https://…; http:// only on this machine (127.0.0.1, [::1], localhost)",
  );
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
