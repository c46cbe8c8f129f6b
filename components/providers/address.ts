import type { Service } from "../render/client";

/** Public address of a path of a service, or undefined where neither config nor Render names one. */
export function addressOf(inputs: { url?: string }, service: Service, path: string): string | undefined {
  const base = inputs.url ?? service.serviceDetails?.url;
  return base === undefined ? undefined : new URL(path, base.endsWith("/") ? base : `${base}/`).href;
}
