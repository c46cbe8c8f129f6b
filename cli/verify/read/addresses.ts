import type { StackConfig } from "../../../components/config";
import { describe } from "../../../components/config/found";
import { looksSecret } from "../../../components/secrets";
import { UsageError } from "../../shared/usage-error";

/** Addresses from the command line; they go before those of config and of Render. */
export interface Addresses {
  backendUrl?: string;
  frontendUrl?: string;
}

type CatalogueService = StackConfig["services"][number];

const OPTIONS = [
  ["--backend-url", "backendUrl", "web_service", "web service"],
  ["--frontend-url", "frontendUrl", "static_site", "static site"],
] as const;

/** The address for a service: the catalogue's first web service is the back end, its first static site the front end. */
export function addressGiven(
  services: readonly CatalogueService[],
  service: CatalogueService,
  addresses: Addresses,
): string | undefined {
  const option = OPTIONS.find(([, , kind]) => kind === service.kind);
  const first = services.find(({ kind }) => kind === service.kind);
  return option === undefined || first !== service ? undefined : addresses[option[1]];
}

/** @throws UsageError for what is no address of a service, and for an address that none of the services could have. */
export function requireAddresses(services: readonly CatalogueService[], addresses: Addresses): void {
  for (const [option, key, kind, words] of OPTIONS) {
    const address = addresses[key];
    if (address === undefined) continue;
    if (!isAddress(address))
      throw new UsageError(
        `${option}: found ${describe(address)}; allowed: a service's address without a path, such as "https://backend.onrender.com"`,
      );
    if (!services.some((service) => service.kind === kind))
      throw new UsageError(`${option}: the catalogue has no ${words} to look at there`);
  }
}

function isAddress(text: string): boolean {
  if (!URL.canParse(text) || looksSecret(text)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + search + hash === "" && pathname === "/";
}
