import { describe, expect, it } from "vitest";

import { fakeWorld } from "../support/fake-context";
import { allKeys as all, flagsAndDeploy as resources, runsWith } from "../support/flags-and-deploy";
import { modelUpdate, type ModelState } from "../support/model-engine";

/** A world whose stack stands at `value`, and an update to the other value that is killed at request number `at`. */
async function killedAt(value: "true" | "false", at: number, moment: "before" | "after") {
  const world = fakeWorld();
  const state: ModelState = new Map();
  const settled = await modelUpdate(resources(world, "false"), state, () => false);
  if (value === "true") await modelUpdate(resources(world, "true"), state, () => false);
  expect(settled).toBe(true);
  world.clock.ms += 60_000;
  let requests = 0;
  let killed = false;
  world.faults[moment] = () => {
    requests += 1;
    if (requests < at) return;
    killed = true;
    throw new Error("killed");
  };
  const target: "true" | "false" = value === "true" ? "false" : "true";
  await modelUpdate(resources(world, target), state, () => killed);
  world.faults = {};
  world.clock.ms += 60_000;
  return { world, state, target: target, killed };
}

describe("an update that is killed at any request to Render", () => {
  for (const from of ["false", "true"] as const) {
    for (const moment of ["before", "after"] as const) {
      for (const way of ["forwards", "back"] as const) {
        it(`from ${from}, ${moment} the request took effect, is put right by the next one ${way}`, async () => {
          let at = 0;
          for (;;) {
            at += 1;
            const { world, state, target, killed } = await killedAt(from, at, moment);
            if (!killed) break;
            const wanted = way === "forwards" ? target : from;
            expect(
              await modelUpdate(resources(world, wanted), state, () => false),
              `killed at request ${at}`,
            ).toBe(true);
            expect(runsWith(world), `killed at request ${at}`).toEqual(all(wanted));
            expect(
              Object.fromEntries(world.services.get("srv-backend")!.envVars),
              `killed at request ${at}`,
            ).toMatchObject(wanted === "true" ? all("true") : {});
          }
          // The loop ended because an update has fewer requests than that, not because none was ever killed.
          expect(at).toBeGreaterThan(6);
        });
      }
    }
  }
});
