import { expect, it } from "vitest";

import { createRolloutProject, stateBytes } from "../../bench/support/bench-project";
import { startQuickRender, type QuickService } from "../../bench/support/quick-render";
import { runEngine } from "../../bench/support/run-engine";
import { chooseEngine } from "../../rehearsal/operator/engine";

/** Bytes of the checkpoint after a first update of a rollout in its third phase, whose flags stay off: Render's limit of writes waits for none. */
async function stateAfterFirstUpdate(services: readonly QuickService[]): Promise<number> {
  const render = await startQuickRender(services, 0);
  const project = createRolloutProject(services);
  const run = (...args: string[]) =>
    runEngine(chooseEngine("embedded").executable, project.directory, args, {
      RENDER_API_KEY: render.apiKey,
    });
  try {
    const hold = services.flatMap(({ flags }) => flags);
    project.configure({ phase: "api", adopt: "api", renderApiUrl: render.url, hold });
    await run("stack", "init");
    await run("up", "--yes", "--skip-preview");
    return stateBytes(project.directory);
  } finally {
    await render.stop();
    project.remove();
  }
}

it("six flags on two services are less than 40 kB of state, with their gates and deploys", async () => {
  const keys = Array.from({ length: 4 }, (_, index) => `ENABLE_${index}`);
  const services: QuickService[] = [
    { name: "backend", type: "web_service", flags: keys },
    { name: "frontend", type: "static_site", flags: ["VITE_ENABLE_0", "VITE_ENABLE_1"] },
  ];
  expect(await stateAfterFirstUpdate(services)).toBeLessThan(40_000);
}, 300_000);

it("a thousand flags are less than 4 MB of state: a hundred on two services, with their gates and deploys, are a tenth", async () => {
  const services = [0, 1].map((index): QuickService => ({
    ...{ name: `service-${index}`, type: "web_service" },
    flags: Array.from({ length: 50 }, (_, flag) => `ENABLE_${index}_${flag}`),
  }));
  expect(await stateAfterFirstUpdate(services)).toBeLessThan(400_000);
}, 300_000);
