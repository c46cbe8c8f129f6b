import type { Deploy } from "../state/deploy";
import { SHORT_TYPES } from "../state/service-json";
import type { Service } from "../state/service";

/** The variables that Render itself puts into every build, instance and job. Not among the service's own. */
export function renderEnvironment(service: Service, commit: Deploy["commit"]): Record<string, string> {
  const { url } = service.site;
  return {
    RENDER: "true",
    RENDER_SERVICE_ID: service.id,
    RENDER_SERVICE_NAME: service.spec.name,
    RENDER_SERVICE_SLUG: service.slug,
    RENDER_SERVICE_TYPE: SHORT_TYPES[service.spec.type],
    RENDER_EXTERNAL_URL: url,
    RENDER_EXTERNAL_HOSTNAME: new URL(url).hostname,
    RENDER_GIT_BRANCH: "main",
    RENDER_GIT_COMMIT: commit.id,
    IS_PULL_REQUEST: "false",
  };
}

/** `{outDir}` replaced, in arguments and variables alike. */
export function withOutDir(text: string, outDir: string): string {
  return text.replaceAll("{outDir}", outDir);
}
