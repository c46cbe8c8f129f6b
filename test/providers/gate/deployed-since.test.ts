import { describe, expect, it } from "vitest";

import { gateVerbs, type GateInputs } from "../../../components/providers/gate/gate";
import type { Served } from "../../../components/providers/deploy/served-bytes";
import type { ZeroDowntime } from "../../../components/providers/deploy/zero-downtime";
import { closedGate, measuredWorld, openGate, openedGate } from "../../support/gate-world";

const probed: ZeroDowntime = { probe: "GET https://backend/health", probes: 12, failed: 0, failures: [] };
const flipped: Served = { probe: "GET https://backend/", flipped: ["VITE_X"], same: false, files: 3 };

/** Nothing is measured in series: only what was found while it was deployed counts here. */
const gate: GateInputs = {
  ...openGate,
  services: openGate.services.map(({ endpoints: _, ...service }) => service),
};
const deployed: GateInputs = {
  ...gate,
  deploys: { backend: "dep-2" },
  deploysBefore: { backend: "dep-1" },
  zeroDowntime: { backend: probed },
  served: { backend: flipped },
};

async function namesOfDeploys(inputs: GateInputs): Promise<string[]> {
  const { checks } = await openedGate(measuredWorld({ ms: 100 }).world, inputs);
  return checks
    .filter(({ check }) => /^(zero-downtime|served-bytes)/.test(check))
    .map(({ check, summary }) => `${check}: ${summary}`);
}

describe("the evidence of a gate", () => {
  it("names the deploy that its phase made", async () => {
    await expect(namesOfDeploys(deployed)).resolves.toEqual([
      "zero-downtime backend: backend answered all 12 probes while deploy dep-2 went live",
      "served-bytes backend: backend serves other bytes than before VITE_X was flipped",
    ]);
  });

  it("says that nothing was deployed where the gate before had verified the deploy that is live", async () => {
    await expect(namesOfDeploys({ ...deployed, deploysBefore: { backend: "dep-2" } })).resolves.toEqual([
      "zero-downtime: nothing was deployed since phase api began",
    ]);
  });

  it("leaves out the service whose deploy is older, where another one was deployed", async () => {
    const both: GateInputs = {
      ...deployed,
      deploys: { backend: "dep-2", frontend: "dep-9" },
      deploysBefore: { backend: "dep-2", frontend: "dep-8" },
      zeroDowntime: { backend: probed, frontend: { ...probed, failed: 2 } },
    };
    await expect(namesOfDeploys(both)).resolves.toEqual([
      "zero-downtime frontend: frontend failed 2 of 12 probes while deploy dep-9 went live",
    ]);
  });

  it("names every deploy of the first phase, and where the gate before kept none", async () => {
    const { deploysBefore: _, ...first } = deployed;
    await expect(namesOfDeploys(first)).resolves.toHaveLength(2);
    await expect(namesOfDeploys({ ...deployed, deploysBefore: {} })).resolves.toHaveLength(2);
  });
});

describe("the deploys that the gate before verified", () => {
  it("are kept by a gate that closes, and said by one that is adopted", async () => {
    const { world } = measuredWorld({ ms: 100 });
    const verbs = gateVerbs(world.context);
    const olds = await openedGate(world, gate);
    const { inputs } = await verbs.check(olds, closedGate(gate));
    expect(inputs).toMatchObject({ deploys: { backend: "dep-1" } });
    const { outs } = await verbs.create({ ...closedGate(gate), adopted: true });
    expect(outs).toMatchObject({ deploys: {} });
  });

  it("verify nothing anew while they are not known, as those of a gate that was adopted long ago", async () => {
    const { world } = measuredWorld({ ms: 100 });
    const olds = await openedGate(world, gate);
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9" as unknown as Record<string, string>;
    await expect(
      gateVerbs(world.context).diff("gate api", olds, { ...gate, deploysBefore: unknown }),
    ).resolves.toMatchObject({ changes: false });
  });
});
