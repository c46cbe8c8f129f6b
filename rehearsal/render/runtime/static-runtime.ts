import { mkdtemp, stat } from "node:fs/promises";
import { join } from "node:path";

import type { StaticSiteSpec } from "../options";
import type { Artifact, Deploy } from "../state/deploy";
import type { Service } from "../state/service";
import { buildFailure, runBuild } from "./build-program";
import type { RuntimeContext } from "./context";
import type { Runtime } from "./runtime";
import { directoryTarget, suspendedTarget } from "./targets";

/** A static site: every build goes into a fresh directory, a release only points the public URL at it. */
export function createStaticRuntime(
  context: RuntimeContext,
  spec: StaticSiteSpec,
  service: () => Service,
): Runtime {
  return { build, release, suspend, restart: () => Promise.resolve(false), instances: () => [] };

  async function build(deploy: Deploy, signal: AbortSignal): Promise<Artifact> {
    const outDir = await mkdtemp(join(context.directory, "site-"));
    await runBuild(context, service(), spec.build, deploy, outDir, signal);
    const published = join(outDir, "index.html");
    if ((await stat(published).catch(() => undefined))?.isFile() !== true) {
      context.logs.add({
        message: `==> Publish directory ${spec.publishPath} has no index.html`,
        resource: service().id,
        type: "build",
      });
      throw buildFailure();
    }
    return { commit: deploy.commit, directory: outDir, env: deploy.env };
  }

  function release(_deploy: Deploy, artifact: Artifact): Promise<void> {
    if (artifact.directory === undefined) throw new Error(`the artifact of ${spec.name} has no directory`);
    service().site.switchTo(directoryTarget(artifact.directory, spec.rewriteAllTo));
    return Promise.resolve();
  }

  function suspend(): Promise<void> {
    service().site.switchTo(suspendedTarget);
    return Promise.resolve();
  }
}
