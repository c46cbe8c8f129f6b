import { join } from "node:path";

import type { StaticSiteSpec, WebServiceSpec } from "../../../rehearsal/render/options";

const programs = join(__dirname, "programs");

export function webSpec(spec: Partial<WebServiceSpec> = {}): WebServiceSpec {
  return {
    name: "backend",
    type: "web_service",
    start: { command: [process.execPath, "service.mjs"], cwd: programs },
    healthCheckPath: "/health",
    envVars: { GREETING: "hello", ENABLE_A: "false" },
    ...spec,
  };
}

export function siteSpec(spec: Partial<StaticSiteSpec> = {}): StaticSiteSpec {
  return {
    name: "frontend",
    type: "static_site",
    build: { command: [process.execPath, "build.mjs", "{outDir}"], cwd: programs },
    publishPath: "dist",
    envVars: { VITE_A: "false" },
    ...spec,
  };
}
