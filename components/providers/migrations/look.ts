import type { ProviderContext } from "../context";
import { addressOf } from "../address";
import type { Look } from "./schema";

/** A service whose answers tell whether the live code misses something of the schema. */
export interface LookedAt {
  renderName: string;
  serviceId?: string;
  url?: string;
  /** Asked by GET. */
  paths: string[];
}

const TIMEOUT_MS = 10_000;

/**
 * Asks every path once. What did not answer well before proves nothing afterwards and is left out.
 * A path breaks when it does not answer, or answers with an error where it did not.
 */
export async function takeLook(context: ProviderContext, services: readonly LookedAt[]): Promise<Look> {
  const urls = (await Promise.all(services.map((service) => urlsOf(context, service)))).flat();
  const first = await Promise.all(urls.map(async (url) => ({ url, status: await statusOf(context, url) })));
  const well = first.filter(({ status }) => isWell(status));
  return {
    answered: well.length,
    async again() {
      const worse = await Promise.all(
        well.map(async ({ url, status }) => {
          const now = await statusOf(context, url);
          return isWell(now) ? undefined : `GET ${url} answers ${told(now)}, and ${told(status)} before`;
        }),
      );
      const broken = worse.filter((each) => each !== undefined);
      return broken.length === 0 ? undefined : broken.join("; ");
    },
  };
}

async function urlsOf(context: ProviderContext, target: LookedAt): Promise<string[]> {
  const service = await context.observed.service(target);
  return target.paths.flatMap((path) => addressOf(target, service, path) ?? []);
}

async function statusOf(context: ProviderContext, url: string): Promise<number | string> {
  const answer = await context.probe({ url, timeoutMs: TIMEOUT_MS });
  return answer.answered ? answer.status : answer.error;
}

function isWell(status: number | string): boolean {
  return typeof status === "number" && status < 400;
}

function told(status: number | string): string {
  return typeof status === "number" ? `HTTP ${status}` : `nothing (${status})`;
}
