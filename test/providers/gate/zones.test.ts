import { describe, expect, it } from "vitest";

import { checkWatched } from "../../../components/providers/gate/check-watched";
import { judgeClosing } from "../../../components/providers/gate/closing";
import type { GateOutputs } from "../../../components/providers/gate/inputs";
import { passedMessage } from "../../../components/providers/gate/messages";
import { signOff } from "../../../components/providers/gate/prerequisites";
import { closedGate, measuredWorld, openedGate, openGate } from "../../support/gate-world";

const { endpoints: _endpoints, ...unmeasured } = openGate.services[0]!;
const quick = { ...openGate, services: [unmeasured] };
/** Half past midnight in Berlin, and still the day before in UTC. */
const NIGHT = "2026-11-24T23:30:00Z";

async function passed(): Promise<GateOutputs> {
  return openedGate(measuredWorld({ ms: 20 }).world, quick);
}

describe("times and days that operators read are the stack's, not UTC's:", () => {
  it("the day that a missing signature is asked for with", async () => {
    const items = [{ id: "received", purpose: "It came" }];
    const { missing } = signOff(await passed(), { ...quick, items }, new Date(NIGHT));
    expect(missing[0]).toContain("received: 2026-11-25 by <name>");
  });

  it("the day on which a phase was live, which a signature must not be older than", async () => {
    const inputs = {
      ...{ ...quick, items: [{ id: "received", purpose: "It came" }] },
      acknowledged: { received: "2026-11-24 by Ada" },
    };
    const outs = { ...(await passed()), passedAt: NIGHT };
    const { missing } = signOff(outs, inputs, new Date("2026-11-25T08:00:00Z"));
    expect(missing[0]).toContain("was signed off on 2026-11-24, before the phase was live (2026-11-25)");
  });

  it("the moment from which the next phase may begin, as the team reads it", async () => {
    const outs = { ...(await passed()), passedAt: NIGHT };
    expect(passedMessage(outs, 0)).toContain("may begin at 2026-11-25 00:45 Europe/Berlin");
  });

  it("the time of an outage that the watch saw", () => {
    const outages = [{ service: "backend", since: NIGHT, seconds: 8, text: "HTTP 503" }];
    const at = { since: new Date(NIGHT), now: new Date(NIGHT), timeZone: "Europe/Berlin" };
    expect(checkWatched({ looks: 9, outages }, at)[0]?.summary).toContain("down at 00:30:00 for 8 s");
    expect(checkWatched({ looks: 9, outages: [] }, at)[0]?.summary).toContain("since 00:30:00");
  });

  it("the time since when the watch saw nothing, as a gate that closes tells it", async () => {
    const { world } = measuredWorld({ ms: 20 });
    const outs = await openedGate(world, quick);
    world.clock.ms = Date.parse("2026-11-25T00:30:00Z");
    world.context.watched = () => ({ looks: 9, outages: [] });
    const { evidence } = await judgeClosing(world.context, outs, closedGate(quick));
    expect(evidence.find(({ check }) => check === "watch")?.summary).toMatch(/since 22:00:0\d$/);
  });
});
